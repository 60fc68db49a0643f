/** ICMP messages that a host must take, by the number of their type, with the reason. */
export interface IcmpPolicy {
  readonly types: readonly number[];
  readonly reason: string;
  readonly source: string;
}

/** ICMP for IPv4: errors without which connections hang. All else that is wanted is an answer of ours. */
export const icmp4: IcmpPolicy = {
  types: [3, 11, 12],
  reason: 'errors, among them "fragmentation needed" for path MTU discovery',
  source: 'RFC 1122, 3.2.2; RFC 1191',
};

/** ICMP for IPv6: errors, and what addresses and neighbours are found by. */
export const icmp6: IcmpPolicy = {
  types: [1, 2, 3, 4, 130, 131, 132, 133, 134, 135, 136, 141, 142, 143, 148, 149, 151, 152, 153],
  reason: 'errors, neighbour and router discovery, multicast listeners: without them there is no IPv6',
  source: 'RFC 4890, 4.3.1 and 4.4.1',
};

/** Echo requests: taken so that paths can be examined, limited so that nobody floods us. */
export const echo = { 4: 8, 6: 128, source: 'RFC 4890, 4.3.1 and 4.3.2; RFC 1122, 3.2.2.6' } as const;
