import type { ISessionContext } from '@jupyterlab/apputils';
import { restartKernel } from '../restart';

/** A session and the dialogs, which write down what they are told. */
function lab(status: string | null) {
  const log: string[] = [];
  const session = {
    kernel: { name: 'python3', status },
    dispose: () => log.push('dispose')
  };
  return {
    log,
    context: {
      session: status === null ? null : session,
      changeKernel: async ({ name }: { name: string }) => log.push(name)
    } as unknown as ISessionContext,
    dialogs: {
      restart: async () => log.push('ask')
    } as unknown as ISessionContext.IDialogs
  };
}

describe('restartKernel', () => {
  it.each([
    ['idle', ['ask']],
    ['dead', ['dispose', 'python3']],
    [null, ['ask']]
  ])('should, when the kernel is %s, do %s', async (status, expected) => {
    const { context, dialogs, log } = lab(status);
    await restartKernel(context, dialogs);
    expect(log).toEqual(expected);
  });
});
