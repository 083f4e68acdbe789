/** The words for where a memory limit comes from. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { formatBytes } from '../analysis/format';
import type { Memory } from '../protocol/generated';

/** `of 16.0 GiB pod limit`, and without its source for a narrow panel. */
export function limitWords(
  memory: Memory,
  trans: TranslationBundle,
  decimal: boolean
): { long: string; short: string } {
  if (memory.limit === null) {
    const none = trans.__('no limit known');
    return { long: none, short: none };
  }
  const size = formatBytes(memory.limit, { decimal });
  const short = trans.__('of %1', size);
  switch (memory.limit_source) {
    case 'cgroup':
      return { long: trans.__('of %1 pod limit', size), short };
    case 'hub':
      return { long: trans.__('of %1 hub limit', size), short };
    case 'setting':
    case 'rlimit':
      return { long: trans.__('of %1 set limit', size), short };
    case 'host':
      return { long: trans.__('of %1, this computer', size), short };
    case null:
      return { long: short, short };
  }
}
