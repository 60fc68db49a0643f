import type { Question } from '../core/fact.ts';
import { accountsSearchPath } from './accounts/search-path.ts';
import { accountsPam } from './accounts/pam.ts';
import { accountsHomes } from './accounts/homes.ts';
import { accountsSudoRules } from './accounts/sudo-rules.ts';
import { accountsDefaults } from './accounts/defaults.ts';
import { accountsPasswords } from './accounts/passwords.ts';
import { accountsRecords } from './accounts/records.ts';
import { filesystemCapabilities } from './filesystem/capabilities.ts';
import { filesystemPermissions } from './filesystem/permissions.ts';
import { filesystemTemporaryPrograms } from './filesystem/temporary-programs.ts';
import { filesystemModes } from './filesystem/modes.ts';
import { filesystemMounts } from './filesystem/mounts.ts';
import { filesystemAttributes } from './filesystem/attributes.ts';
import { filesystemPrograms } from './filesystem/programs.ts';
import { filesystemSetuid } from './filesystem/setuid.ts';
import { binariesDigests } from './binaries/digests.ts';
import { binariesLocal } from './binaries/local.ts';
import { binariesPrograms } from './binaries/programs.ts';
import { binariesReleases } from './binaries/releases.ts';
import { custodyCards } from './custody/cards.ts';
import { custodyCatalogue } from './custody/catalogue.ts';
import { custodyHome } from './custody/home.ts';
import { custodyJournal } from './custody/journal.ts';
import { custodyPlaces } from './custody/places.ts';
import { custodyPlainKeys } from './custody/plain-keys.ts';
import { sshClient } from './ssh/client.ts';
import { sshDaemon } from './ssh/daemon.ts';
import { firewallBoot } from './firewall/boot.ts';
import { firewallDocker } from './firewall/docker.ts';
import { firewallIptables } from './firewall/iptables.ts';
import { firewallNft } from './firewall/nft.ts';
import { firewallSysctl } from './firewall/sysctl.ts';
import { firewallUfw } from './firewall/ufw.ts';
import { firewallValops } from './firewall/valops.ts';
import { kernelCoreDumps } from './kernel/core-dumps.ts';
import { kernelModules } from './kernel/modules.ts';
import { kernelSecurity } from './kernel/security.ts';
import { kernelSwap } from './kernel/swap.ts';
import { kernelSysctl } from './kernel/sysctl.ts';
import { listeningSockets } from './listening/sockets.ts';
import { loginGroups } from './login/groups.ts';
import { loginSudo } from './login/sudo.ts';
import { loginUsers } from './login/users.ts';
import { packagesApt } from './packages/apt.ts';
import { packagesDpkg } from './packages/dpkg.ts';
import { packagesReboot } from './packages/reboot.ts';
import { packageSources } from './packages/sources.ts';
import { logsFiles } from './logs/files.ts';
import { logsJournal } from './logs/journal.ts';
import { networkLinks } from './network/links.ts';
import { networkSysctl } from './network/sysctl.ts';
import { networkResolver } from './network/resolver.ts';
import { persistenceLineDigests } from './persistence/line-digests.ts';
import { persistenceLines } from './persistence/lines.ts';
import { persistenceCron } from './persistence/cron.ts';
import { persistenceUnitPrograms } from './persistence/unit-programs.ts';
import { persistenceLoader } from './persistence/loader.ts';
import { persistenceBinaryFormats } from './persistence/binary-formats.ts';
import { persistencePlaces } from './persistence/places.ts';
import { packagesUpdates } from './packages/updates.ts';
import { packagesVerify } from './packages/verify.ts';
import { servicesAuditDelivery } from './services/audit-delivery.ts';
import { servicesAuditSchedule } from './services/audit-schedule.ts';
import { servicesExposure } from './services/exposure.ts';
import { servicesProcesses } from './services/processes.ts';
import { servicesUnits } from './services/units.ts';
import { sshAlgorithms } from './ssh/algorithms.ts';
import { sshAuthorizedKeys } from './ssh/authorized-keys.ts';
import { sshEffectiveForLogin } from './ssh/effective-for-login.ts';
import { sshEffectiveForRoot } from './ssh/effective-for-root.ts';
import { sshEffectiveForUsers } from './ssh/effective-for-users.ts';
import { sshEffective } from './ssh/effective.ts';
import { sshFiles } from './ssh/files.ts';
import { sshHostKeys } from './ssh/host-keys.ts';
import { sshLastUse } from './ssh/last-use.ts';
import { sshLogins } from './ssh/logins.ts';
import { sshModuli } from './ssh/moduli.ts';
import { sshServer } from './ssh/server.ts';
import { sshUnit } from './ssh/unit.ts';
import { sshVersion } from './ssh/version.ts';
import { timeSync } from './time/sync.ts';
import { systemAddresses } from './system/addresses.ts';
import { systemClock } from './system/clock.ts';
import { systemInit } from './system/init.ts';
import { systemOs } from './system/os.ts';
import { systemSession } from './system/session.ts';
import { systemTools } from './system/tools.ts';
import { workloadContainers } from './workload/containers.ts';
import { workloadEndpoints } from './workload/endpoints.ts';
import { workloadEnvironments } from './workload/environments.ts';
import { workloadPipelines } from './workload/pipelines.ts';
import { workloadPostgres } from './workload/postgres.ts';
import { workloadRepositories } from './workload/repositories.ts';
import { workloadRepositorySecrets } from './workload/repository-secrets.ts';

/** Every question there is, in the order in which facts are shown. */
export const questions: readonly Question<unknown>[] = [
  systemOs,
  systemInit,
  systemSession,
  systemTools,
  systemClock,
  systemAddresses,
  sshVersion,
  sshServer,
  sshEffective,
  sshEffectiveForLogin,
  sshEffectiveForRoot,
  sshEffectiveForUsers,
  sshFiles,
  sshUnit,
  sshHostKeys,
  sshModuli,
  sshAlgorithms,
  sshAuthorizedKeys,
  sshLastUse,
  sshLogins,
  loginUsers,
  loginGroups,
  loginSudo,
  accountsRecords,
  firewallNft,
  firewallUfw,
  firewallIptables,
  firewallDocker,
  firewallBoot,
  firewallSysctl,
  firewallValops,
  listeningSockets,
  filesystemSetuid,
  filesystemCapabilities,
  filesystemPermissions,
  filesystemTemporaryPrograms,
  filesystemModes,
  filesystemMounts,
  filesystemAttributes,
  filesystemPrograms,
  accountsPasswords,
  accountsDefaults,
  accountsSudoRules,
  accountsHomes,
  accountsPam,
  accountsSearchPath,
  persistencePlaces,
  persistenceBinaryFormats,
  persistenceLoader,
  persistenceUnitPrograms,
  persistenceCron,
  persistenceLines,
  persistenceLineDigests,
  networkResolver,
  networkSysctl,
  networkLinks,
  timeSync,
  logsJournal,
  logsFiles,
  packageSources,
  packagesDpkg,
  sshClient,
  sshDaemon,
  custodyHome,
  custodyPlaces,
  custodyPlainKeys,
  custodyJournal,
  custodyCards,
  custodyCatalogue,
  binariesReleases,
  binariesDigests,
  binariesLocal,
  binariesPrograms,
  kernelCoreDumps,
  kernelModules,
  kernelSecurity,
  kernelSwap,
  kernelSysctl,
  packagesApt,
  packagesReboot,
  packagesUpdates,
  packagesVerify,
  servicesAuditSchedule,
  servicesAuditDelivery,
  servicesExposure,
  servicesProcesses,
  servicesUnits,
  workloadRepositories,
  workloadRepositorySecrets,
  workloadPipelines,
  workloadEnvironments,
  workloadContainers,
  workloadPostgres,
  workloadEndpoints,
];
