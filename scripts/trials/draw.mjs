/** Seeded draws (mulberry32): the same seed makes the same trial on every machine. */
export function drawFrom(seed) {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 8; warm++) next();
  return {
    /** A number from low to high, not whole. */
    between: (low, high) => low + next() * (high - low),
    one: (list) => list[Math.floor(next() * list.length)],
  };
}
