import type { ServiceProcess } from '../facts/services/processes.ts';
import type { ServiceUnit } from '../facts/services/units.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

type OfUnit = Omit<Judgement, 'subject' | 'file'>;

/** The services of `audit.units`, by the name they are declared with; a name without suffix is a service. */
export function declaredServices(
  { units }: Pick<AuditPolicy, 'units'>,
  loaded: readonly ServiceUnit[],
): readonly { readonly name: string; readonly unit: ServiceUnit | undefined }[] {
  return units
    .map((name) => (/\.\w+$/.test(name) ? name : `${name}.service`))
    .filter((name) => name.endsWith('.service'))
    .map((name) => ({ name, unit: loaded.find((one) => one.name === name || one.names.includes(name)) }));
}

/**
 * One judgement for each declared service, with its unit file. Skipped where none is declared, and for
 * services that systemd has not loaded, which `services.units-run` tells.
 */
export function judgeUnits(
  policy: Pick<AuditPolicy, 'units'>,
  loaded: readonly ServiceUnit[],
  host: string,
  judge: (unit: ServiceUnit) => OfUnit,
): readonly Judgement[] {
  const declared = declaredServices(policy, loaded);
  if (declared.length === 0)
    return [{ status: 'skip', subject: host, evidence: 'valops.yaml declares no services in audit.units' }];
  return declared.map(({ name, unit }): Judgement => {
    if (unit === undefined || unit.load !== 'loaded')
      return { status: 'skip', subject: name, evidence: `not loaded${unit === undefined ? '' : `: ${unit.load}`}` };
    return { ...judge(unit), subject: name, ...(unit.file === null ? {} : { file: unit.file }) };
  });
}

/** The processes in the control group of a service. */
export function processesOf(unit: ServiceUnit, processes: readonly ServiceProcess[]): readonly ServiceProcess[] {
  return processes.filter((process) => process.unit === unit.name);
}

/**
 * What a service declares beside what its processes do. It passes when every process has it, or, where
 * none runs, when it is declared; a process without it fails even though the unit declares it.
 */
export function declaredAndRunning(
  unit: ServiceUnit,
  processes: readonly ServiceProcess[],
  declared: boolean,
  has: (process: ServiceProcess) => boolean,
): { readonly status: 'pass' | 'fail'; readonly running: string; readonly evidence?: string } {
  const own = processesOf(unit, processes);
  if (own.length === 0) return { status: declared ? 'pass' : 'fail', running: 'no process' };
  const without = own.filter((process) => !has(process));
  const running = `${own.length - without.length} of ${own.length} processes`;
  if (without.length === 0) return { status: 'pass', running };
  const names = without.slice(0, 5).map(({ name, pid }) => `${name} (${pid})`);
  const restart = declared ? '; the unit declares it: the process is older, or was started another way' : '';
  return { status: 'fail', running, evidence: `without it: ${names.join(', ')}${restart}` };
}
