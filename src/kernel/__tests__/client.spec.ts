import { started } from '../../protocol/__tests__/samples';
import { replies } from '../../protocol/guards';
import { HuntClient } from '../client';
import { FakeKernel, trans } from './fakes';

describe('HuntClient', () => {
  let kernel: FakeKernel;
  let client: HuntClient;
  const fetchReport = { command: 'leakhunter.report' } as const;

  beforeEach(() => {
    kernel = new FakeKernel();
    client = new HuntClient(kernel.cast(), trans);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    client.dispose();
  });

  describe('#ask', () => {
    it('should return the body and where it comes from', async () => {
      const { greeting } = kernel;
      const request = {
        command: 'leakhunter.hello',
        protocol: 1,
        client: 'me',
        visible: true,
        glances: false
      } as const;
      expect(await client.ask(request, replies.hello)).toEqual({
        value: greeting,
        origin: 'process-1'
      });
      expect(kernel.requests).toEqual([request]);
    });

    it('should reject with the sentence of the kernel side', async () => {
      kernel.answers['leakhunter.report'] = 'Too many questions.';
      await expect(client.ask(fetchReport, replies.report)).rejects.toThrow(
        'Too many questions.'
      );
    });

    it('should know a kernel without our side by its empty answer', async () => {
      kernel.requestDebug = () => ({
        done: Promise.resolve({ header: { session: 'x' }, content: {} }),
        dispose: () => undefined
      });
      await expect(client.ask(fetchReport, replies.report)).rejects.toThrow(
        'Leak Hunter is not active in this kernel.'
      );
    });

    it('should not take the answer to something else', async () => {
      const content = { command: 'threads', success: true, body: null };
      kernel.requestDebug = () => ({
        done: Promise.resolve({ header: { session: 'x' }, content }),
        dispose: () => undefined
      });
      await expect(client.ask(fetchReport, replies.report)).rejects.toThrow(
        'Leak Hunter is not active in this kernel.'
      );
    });

    it('should not trust a body that it does not understand', async () => {
      const warn = jest.spyOn(console, 'warn').mockImplementation();
      kernel.answers['leakhunter.report'] = { report: 'all good' };
      await expect(client.ask(fetchReport, replies.report)).rejects.toThrow(
        'not understood'
      );
      expect(warn).toHaveBeenCalledTimes(1);
    });

    it('should give up after a time-out, and only with one', async () => {
      jest.useFakeTimers();
      kernel.answers['leakhunter.report'] = 'silence';
      const patient = client.ask(fetchReport, replies.report);
      const hasty = client.ask(fetchReport, replies.report, 100);
      const ends: string[] = [];
      patient.catch(() => ends.push('patient'));
      hasty.catch((error: Error) => ends.push(error.message));
      await jest.advanceTimersByTimeAsync(60000);
      expect(ends).toEqual(['The kernel did not answer.']);
      jest.useRealTimers();
    });

    it('should reject when the kernel is dead', async () => {
      kernel.requestDebug = () => {
        throw new Error('Kernel is dead');
      };
      await expect(client.ask(fetchReport, replies.report)).rejects.toThrow(
        'The kernel did not answer.'
      );
    });
  });

  describe('#event', () => {
    it('should emit our events and nothing else', () => {
      const seen: unknown[] = [];
      client.event.connect((_, event) => seen.push(event));
      jest.spyOn(console, 'warn').mockImplementation();
      const event = started(1, 1);
      kernel.send(event);
      kernel.send({ kind: 'nonsense' });
      kernel.iopubMessage.emit({
        header: { msg_type: 'stream', session: 'process-1' },
        content: event
      });
      expect(seen).toEqual([{ value: event, origin: 'process-1' }]);
    });

    it('should be silent after dispose', () => {
      const seen: unknown[] = [];
      client.event.connect((_, event) => seen.push(event));
      client.dispose();
      kernel.send(started(1, 1));
      expect(seen).toEqual([]);
    });
  });
});
