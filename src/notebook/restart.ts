import type { ISessionContext } from '@jupyterlab/apputils';

/**
 * Restarts the kernel of a notebook; the lab asks the user to confirm.
 *
 * #### Notes
 * Of a dead kernel the lab would ask and then do nothing, until it learns that
 * the session is gone too. A new kernel takes its place at once: there is
 * nothing left to lose, so nothing to confirm.
 */
export async function restartKernel(
  context: ISessionContext,
  dialogs: ISessionContext.IDialogs
): Promise<void> {
  const { session } = context;
  const kernel = session?.kernel ?? null;
  if (session === null || kernel?.status !== 'dead') {
    await dialogs.restart(context);
    return;
  }
  const { name } = kernel;
  session.dispose();
  await context.changeKernel({ name });
}
