import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { perform } from '../docs/perform.ts';
import { canUnshare, carry, makeSandbox, type Sandbox } from '../docs/sandbox.ts';

/** What a host runs before it is lost: an identity at work, backed up to a stick. */
const before = `
valops keys init > /dev/null
cat > valops.yaml <<END
backup:
  identities: [{ kind: cometbft, place: /home/validator/comet, card: /home/ops/comet.json }]
  recipients: { host: [$(valops keys show)], offline: [$(cat /media/usb/offline.pub)] }
  to: [/media/usb]
END
valops identity generate --kind cometbft --unsafe-online -r "$(valops keys show)" -R /media/usb/offline.pub --out comet.age --card comet.json > /dev/null
valops identity restore comet.age --card comet.json -i /var/lib/valops/age/host-identity.key --to /home/validator/comet --yes > /dev/null
printf '{\\n  "height": "1200",\\n  "round": 0,\\n  "step": 3\\n}' > /home/validator/comet/data/priv_validator_state.json
valops backup create > /dev/null
`;

/** Digests of what must live again. */
function living(sandbox: Sandbox): readonly string[] {
  return ['config/priv_validator_key.json', 'config/node_key.json', 'data/priv_validator_state.json'].map((name) =>
    createHash('sha256')
      .update(readFileSync(sandbox.at(`/home/validator/comet/${name}`)))
      .digest('hex'),
  );
}

describe.runIf(canUnshare)(
  'the runbooks of backups, performed on a host that was lost (needs user namespaces; stock age where it is named)',
  () => {
    let made: Sandbox;
    let lived: readonly string[];
    const sandbox = (): Sandbox => made;
    const lose = (): void => {
      for (const path of ['/home/validator', '/home/ops', '/var/lib/valops']) {
        rmSync(sandbox().at(path), { recursive: true, force: true });
      }
      expect(sandbox().run('offline', 'mkdir -p /home/ops /home/validator /var/lib').status).toBe(0);
      carry(sandbox(), '/home/user/.valops/age/host-identity.key', '/dev/shm/offline.key');
    };
    beforeAll(() => {
      made = makeSandbox();
      const offline = made.run('offline', 'valops keys init > /dev/null; valops keys show > /media/usb/offline.pub');
      expect([offline.status, offline.error]).toEqual([0, offline.error]);
      const host = made.run('host', before);
      expect([host.status, host.error]).toEqual([0, host.error]);
      lived = living(made);
      lose();
    });
    afterAll(() => made.remove());

    perform(sandbox, 'runbooks/restore-a-backup.md');

    test('what was restored is what was lost, and is lost again', () => {
      expect(living(sandbox())).toEqual(lived);
      lose();
    });

    perform(sandbox, 'runbooks/recover-a-backup-with-age-and-tar.md');

    test('what age and tar recovered is what was lost', () => {
      expect(living(sandbox())).toEqual(lived);
    });
  },
);
