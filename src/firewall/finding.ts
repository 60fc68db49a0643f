/** One thing that was looked at. `skip`: shown, not judged. */
export interface FirewallFinding {
  readonly id: string;
  readonly status: 'pass' | 'fail' | 'skip' | 'unknown';
  readonly message: string;
}
