import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

/** The language that Leak Hunter can watch. */
const PYTHON = 'python';

/** The language of a kernel by its specification, `null` while not known. */
export function languageOf(
  context: ISessionContext,
  kernel: Kernel.IKernelConnection
): string | null {
  const specs = context.specsManager.specs?.kernelspecs;
  return specs?.[kernel.name]?.language ?? null;
}

export function isPython(language: string): boolean {
  return language.toLowerCase() === PYTHON;
}
