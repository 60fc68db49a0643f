/** Whether an address or network is of RFC 1918, RFC 4193 or link-local: nobody on the internet reaches it. */
export function isPrivateAddress(given: string): boolean {
  return (
    /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)[\d.]+(\/.+)?$/.test(given) ||
    /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):[0-9a-f:]*(\/.+)?$/i.test(given)
  );
}
