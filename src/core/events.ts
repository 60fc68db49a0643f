/**
 * What a capability says while it works. Capabilities emit, renderers in `ui/` draw; the result
 * itself is returned, never emitted. No event may carry a secret.
 */
export type Event =
  /** Something the operator should act on; the work goes on. */
  | { readonly kind: 'warning'; readonly message: string; readonly hint?: string }
  /** Something worth knowing. */
  | { readonly kind: 'note'; readonly message: string }
  /** A long computation without steps (a key derivation, say) begins or ends. */
  | { readonly kind: 'activity'; readonly title: string; readonly state: 'start' | 'end' }
  /** Bytes processed so far; `total` is absent when unknown. */
  | {
      readonly kind: 'bytes';
      readonly title: string;
      readonly done: number;
      readonly total?: number;
      readonly state: 'running' | 'end';
    }
  /** The steps which will follow, in order. Sent once, before the first `step`. */
  | { readonly kind: 'steps'; readonly steps: readonly { readonly id: string; readonly title: string }[] }
  /** One announced step begins or ends. `detail` is one line. */
  | {
      readonly kind: 'step';
      readonly id: string;
      readonly title: string;
      readonly state: 'start' | 'done' | 'failed' | 'skipped';
      readonly detail?: string;
    };

export interface Events {
  emit(event: Event): void;
}
