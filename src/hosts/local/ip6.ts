/** An IPv6 address in its usual notation (RFC 5952) from the 32 hex digits of /proc/net. */
export function formatAddress6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
