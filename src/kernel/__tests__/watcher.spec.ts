import { PromiseDelegate } from '@lumino/coreutils';
import { HuntModel } from '../../model/hunt';
import { HuntSettings } from '../../model/settings';
import {
  cellRun,
  checked,
  ended,
  hello,
  receipts,
  report,
  sample,
  started
} from '../../protocol/__tests__/samples';
import type { Expected } from '../../protocol/generated';
import { KernelWatcher } from '../watcher';
import {
  FakeCells,
  FakeContext,
  FakeExpectations,
  FakeKernel,
  settle,
  trans
} from './fakes';

/** A watcher on fakes, after all that it does at once. */
async function watch(
  options: { kernel?: FakeKernel | null; watch?: 'always' | 'ask' } = {}
) {
  const kernel =
    options.kernel === undefined ? new FakeKernel() : options.kernel;
  const context = new FakeContext(kernel);
  const settings = new HuntSettings();
  await settings.set('watch', options.watch ?? 'always');
  const model = new HuntModel({
    settings,
    installCommand: '%pip install it',
    notebook: {
      restartKernel: jest.fn(),
      interruptKernel: jest.fn(),
      goToCell: jest.fn(),
      focusNotebook: jest.fn(),
      cellAt: jest.fn(),
      markExpected: jest.fn(),
      takeBack: jest.fn()
    }
  });
  const cells = new FakeCells();
  const expected = new FakeExpectations();
  const watcher = new KernelWatcher({
    context: context.cast(),
    model,
    cells,
    expected,
    settings,
    trans
  });
  await settle();
  return {
    kernel: kernel ?? new FakeKernel(),
    context,
    settings,
    model,
    cells,
    expected,
    watcher
  };
}

const GREETING = [
  'activate',
  'configure',
  'hello',
  'notebook',
  'expected',
  'runs',
  'report',
  'receipts'
];

describe('KernelWatcher', () => {
  let warn: jest.SpyInstance;

  beforeEach(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });

  afterEach(() => {
    warn.mockRestore();
    jest.useRealTimers();
  });

  describe('switching on', () => {
    it('should activate, say hello and fetch what there is', async () => {
      const kernel = new FakeKernel();
      kernel.greeting = hello({ seq: 4, last_run: 2, has_report: true });
      const { session } = kernel.greeting;
      kernel.answers['leakhunter.report'] = {
        session,
        seq: 4,
        report: report()
      };
      kernel.answers['leakhunter.runs'] = {
        session,
        seq: 4,
        runs: [cellRun(1), cellRun(2)],
        more: false
      };
      const { model } = await watch({ kernel });
      expect(kernel.sent).toEqual(GREETING);
      expect(model.state).toBe('watching');
      expect(model.runs.map(({ run }) => run)).toEqual([1, 2]);
      expect(model.report?.findings.map(({ id }) => id)).toEqual(['f1']);
    });

    it('should fetch the receipts of this life of the kernel', async () => {
      const kernel = new FakeKernel();
      const { session } = kernel.greeting;
      const body = { session, seq: 0, receipts: [receipts()] };
      kernel.answers['leakhunter.receipts'] = body;
      const { model } = await watch({ kernel });
      expect(model.receipts).toEqual([receipts()]);
      kernel.greeting = hello({ session: 'life-2' });
      kernel.send(sample(9, 1));
      await settle();
      expect(model.receipts).toEqual([]);
    });

    it('should fetch runs until there are no more', async () => {
      const kernel = new FakeKernel();
      const debug = kernel.requestDebug.bind(kernel);
      kernel.requestDebug = content => {
        const since = (content.arguments as { since_run?: number }).since_run;
        kernel.answers['leakhunter.runs'] = {
          session: 'life-1',
          seq: 0,
          runs: [cellRun((since ?? 0) + 1)],
          more: (since ?? 0) < 2
        };
        return debug(content);
      };
      const { model } = await watch({ kernel });
      expect(model.runs.map(({ run }) => run)).toEqual([1, 2, 3]);
    });

    it('should say what is missing and try again', async () => {
      const kernel = new FakeKernel();
      kernel.activation = "'missing'";
      const { model } = await watch({ kernel });
      expect([model.state, model.installCommand]).toEqual([
        'missing',
        '%pip install it'
      ]);
      expect(kernel.sent).toEqual(['activate']);
      kernel.activation = "'watching'";
      model.retry();
      await settle();
      expect(model.state).toBe('watching');
    });

    it('should say why it failed', async () => {
      const kernel = new FakeKernel();
      kernel.activation = "'failed: no shell'";
      const { model } = await watch({ kernel });
      expect([model.state, model.message]).toEqual(['failed', 'no shell']);
    });

    it('should name both versions when the protocols differ', async () => {
      const kernel = new FakeKernel();
      kernel.answers['leakhunter.hello'] = { protocol: 9, version: '4.0' };
      const { model } = await watch({ kernel });
      expect(model.state).toBe('version');
      expect(model.message).toMatch(/version 1 .* version 9/);
      expect(kernel.sent).toEqual(['activate', 'configure', 'hello']);
    });

    it('should try again when a failing cell took it along', async () => {
      const kernel = new FakeKernel();
      kernel.replyStatus = ['aborted'];
      const { model } = await watch({ kernel });
      expect(kernel.sent).toEqual(['activate', ...GREETING]);
      expect(model.state).toBe('watching');
    });

    it('should send nothing to a kernel that is not Python', async () => {
      const kernel = new FakeKernel('ir');
      const { model, watcher, context } = await watch({ kernel });
      watcher.willExecute();
      context.setStatus('busy');
      context.setStatus('restarting');
      context.setStatus('idle');
      await settle();
      expect([model.state, model.language]).toEqual(['not-python', 'R']);
      expect(kernel.sent).toEqual([]);
    });

    it('should ask a kernel without a specification for its language', async () => {
      const kernel = new FakeKernel('unknown');
      const info = new PromiseDelegate<unknown>();
      kernel.info = info.promise;
      const { model, watcher } = await watch({ kernel });
      watcher.willExecute();
      expect([model.state, kernel.sent]).toEqual(['starting', []]);
      info.resolve({ language_info: { name: 'python' } });
      await settle();
      expect(model.state).toBe('watching');
    });

    it('should wait to be asked with the setting ask', async () => {
      const { kernel, model, watcher, context } = await watch({ watch: 'ask' });
      watcher.willExecute();
      context.setStatus('idle');
      await settle();
      expect([model.state, kernel.sent]).toEqual(['asking', []]);
      model.startWatching();
      await settle();
      expect([model.state, kernel.sent]).toEqual(['watching', GREETING]);
    });

    it('should start when the setting changes to always', async () => {
      const { model, settings } = await watch({ watch: 'ask' });
      await settings.set('watch', 'always');
      await settle();
      expect(model.state).toBe('watching');
    });

    it('should stop until it is started again', async () => {
      const { kernel, model, context, settings } = await watch();
      model.stopWatching();
      await settle();
      expect([kernel.sent.pop(), model.pending?.what]).toEqual([
        'stop',
        'stop'
      ]);
      kernel.send({ kind: 'unloaded', seq: 1 });
      expect([model.state, model.pending]).toEqual(['asking', null]);
      kernel.sent.length = 0;
      context.setStatus('restarting');
      context.setStatus('idle');
      await settings.set('units', 'decimal');
      expect([model.state, kernel.sent]).toEqual(['asking', []]);
      model.startWatching();
      await settle();
      expect(model.state).toBe('watching');
    });

    it('should go on when the wish to stop is taken back', async () => {
      const { kernel, model, context } = await watch();
      kernel.answers['leakhunter.stop'] = { waits: true };
      model.stopWatching();
      await settle();
      model.cancel();
      await settle();
      expect([kernel.sent.pop(), model.pending]).toEqual(['cancel', null]);
      context.setStatus('restarting');
      context.setStatus('idle');
      await settle();
      expect(model.state).toBe('watching');
    });

    it('should stay off when it was unloaded by hand', async () => {
      const { kernel, model, watcher } = await watch();
      kernel.send({ kind: 'unloaded', seq: 1 });
      watcher.willExecute();
      await settle();
      expect([model.state, kernel.sent]).toEqual(['asking', GREETING]);
      model.startWatching();
      await settle();
      expect(model.state).toBe('watching');
    });

    it('should say that there is no kernel', async () => {
      const { model } = await watch({ kernel: null });
      expect(model.state).toBe('none');
    });
  });

  describe('a busy kernel', () => {
    beforeEach(() => jest.useFakeTimers());

    it('should find what runs already when the page is loaded anew', async () => {
      const kernel = new FakeKernel();
      kernel.busy = new PromiseDelegate<void>();
      kernel.greeting = hello({ seq: 3, running: started(3, 2), last_run: 1 });
      const { model } = await watch({ kernel });
      expect([model.state, kernel.sent]).toEqual(['starting', ['activate']]);
      await jest.advanceTimersByTimeAsync(1000);
      expect([model.state, model.running?.run]).toEqual(['watching', 2]);
      const { length } = kernel.sent;
      kernel.busy.resolve();
      await jest.advanceTimersByTimeAsync(1);
      expect(
        kernel.sent.slice(length).filter(what => what === 'hello')
      ).toEqual([]);
    });

    it('should not ask twice when the cell ends meanwhile', async () => {
      const kernel = new FakeKernel();
      kernel.busy = new PromiseDelegate<void>();
      const debug = kernel.requestDebug.bind(kernel);
      const held = new PromiseDelegate<void>();
      kernel.requestDebug = content => {
        const { done, dispose } = debug(content);
        return { done: held.promise.then(() => done), dispose };
      };
      const { model } = await watch({ kernel });
      await jest.advanceTimersByTimeAsync(1000);
      kernel.busy.resolve();
      await jest.advanceTimersByTimeAsync(1);
      held.resolve();
      await jest.advanceTimersByTimeAsync(1);
      expect([model.state, kernel.sent]).toEqual(['watching', GREETING]);
    });

    it('should not mind an answer after the kernel was restarted', async () => {
      const kernel = new FakeKernel();
      kernel.busy = new PromiseDelegate<void>();
      kernel.activation = "'missing'";
      kernel.answers['leakhunter.hello'] = 'silence';
      const { context, model } = await watch({ kernel });
      await jest.advanceTimersByTimeAsync(60000);
      context.setStatus('restarting');
      kernel.busy.resolve();
      await jest.advanceTimersByTimeAsync(1);
      expect(model.state).toBe('restarting');
    });

    it('should wait for its turn when nothing is loaded yet', async () => {
      const kernel = new FakeKernel();
      kernel.busy = new PromiseDelegate<void>();
      kernel.answers['leakhunter.hello'] = 'silence';
      const { model } = await watch({ kernel });
      await jest.advanceTimersByTimeAsync(60000);
      expect([model.state, kernel.sent]).toEqual([
        'starting',
        ['activate', 'configure', 'hello']
      ]);
      delete kernel.answers['leakhunter.hello'];
      kernel.sent.length = 0;
      kernel.busy.resolve();
      await jest.advanceTimersByTimeAsync(1);
      expect(model.state).toBe('watching');
      // What was told to nobody is told again.
      expect(kernel.sent.slice(0, 2)).toEqual(['configure', 'hello']);
    });
  });

  describe('events', () => {
    it('should follow a running cell', async () => {
      const { kernel, model } = await watch();
      const samples: number[] = [];
      model.sampled.connect((_, { seq }) => samples.push(seq));
      kernel.send(started(1, 1));
      kernel.send(sample(2, 1));
      expect([model.running?.run, samples]).toEqual([1, [2]]);
      kernel.send(ended(3, 1));
      kernel.send(checked(4));
      expect(model.running).toBeNull();
      expect(model.report).not.toBeNull();
      expect(kernel.sent).toEqual(GREETING);
    });

    it('should fetch again after a gap, and give up a pending wish', async () => {
      const { kernel, model } = await watch();
      model.checkNow();
      await settle();
      kernel.sent.length = 0;
      kernel.greeting = hello({ seq: 9 });
      kernel.answers['leakhunter.runs'] = {
        session: 'life-1',
        seq: 9,
        runs: [cellRun(1), cellRun(2)],
        more: false
      };
      kernel.send(ended(9, 2));
      await settle();
      expect(kernel.sent).toEqual([
        'cancel',
        'hello',
        'runs',
        'report',
        'receipts'
      ]);
      expect(model.runs.map(({ run }) => run)).toEqual([1, 2]);
      expect([model.pending, model.refusal]).toEqual([
        null,
        'An answer of the kernel was lost. Check now.'
      ]);
    });

    it('should not let a hello undo an event that overtook it', async () => {
      const { kernel, model } = await watch();
      kernel.send(started(1, 1));
      // Asked for because of a gap; answered while run 1 was still running.
      kernel.greeting = hello({ seq: 3, running: started(1, 1) });
      kernel.send(sample(3, 1));
      kernel.send(ended(4, 1));
      await settle();
      expect([model.running, model.runs.map(({ run }) => run)]).toEqual([
        null,
        [1]
      ]);
    });

    it('should not count the events of the process before', async () => {
      const { kernel, model } = await watch();
      kernel.send(started(57, 30), 'process-0');
      expect(model.running).toBeNull();
      kernel.send(started(1, 1));
      expect(model.running?.run).toBe(1);
    });

    it('should fetch again when the connection comes back', async () => {
      const { kernel, context } = await watch();
      kernel.sent.length = 0;
      context.connectionStatusChanged.emit('connecting');
      context.connectionStatusChanged.emit('connected');
      await settle();
      expect(kernel.sent).toEqual([
        'hello',
        'runs',
        'report',
        'receipts',
        'expected'
      ]);
    });
  });

  describe('what is expected', () => {
    const mark: Expected = {
      fingerprint: 'a1',
      kind: 'cache',
      bytes: 100,
      reason: '',
      at: 1
    };
    const told = (kernel: FakeKernel) =>
      kernel.requests
        .filter(({ command }) => command === 'leakhunter.expected')
        .map(({ expected }) =>
          (expected as Expected[]).map(({ fingerprint }) => fingerprint)
        );

    it('should be told with the hello and when it changes', async () => {
      const { kernel, expected, model } = await watch();
      expected.mark(mark);
      expect(model.expected).toEqual([mark]);
      expected.takeBack('a1');
      expect(told(kernel)).toEqual([[], ['a1'], []]);
    });

    it('should be told again after a restart', async () => {
      const { kernel, context, expected } = await watch();
      expected.mark(mark);
      context.setStatus('restarting');
      context.setStatus('idle');
      await settle();
      expect(told(kernel)).toEqual([[], ['a1'], ['a1']]);
    });

    it('should be remembered in the notebook when the kernel says so', async () => {
      const { kernel, expected } = await watch();
      const event = { kind: 'mark-expected', expected: mark } as const;
      kernel.send({ ...event, seq: 1, remove: false });
      expect(expected.list).toEqual([mark]);
      kernel.send({ ...event, seq: 2, remove: true });
      expect(expected.list).toEqual([]);
    });
  });

  describe('restart and death', () => {
    it('should keep the runs of before, and record the new life', async () => {
      const { kernel, context, model } = await watch();
      kernel.send(started(1, 1));
      kernel.send(ended(2, 1));
      context.setStatus('restarting');
      expect([model.state, model.runs, model.pastRuns.length]).toEqual([
        'restarting',
        [],
        1
      ]);
      kernel.origin = 'process-2';
      kernel.greeting = hello({ session: 'life-2' });
      kernel.sent.length = 0;
      context.setStatus('idle');
      context.kernelChanged.emit();
      await settle();
      expect(kernel.sent).toEqual(GREETING);
      expect([model.state, model.pastRuns.length]).toEqual(['watching', 1]);
      expect(model.restartedAt).toBeGreaterThan(0);
      model.forgetPast();
      expect([model.pastRuns, model.restartedAt]).toEqual([[], null]);
    });

    it('should activate ahead of the first cell after a restart', async () => {
      const { kernel, context, watcher } = await watch();
      context.setStatus('restarting');
      kernel.sent.length = 0;
      watcher.willExecute();
      // What the lab does next, in the same turn.
      kernel.sent.push('cell 1');
      watcher.willExecute();
      kernel.sent.push('cell 2');
      context.setStatus('idle');
      await settle();
      expect(kernel.sent.slice(0, 5)).toEqual([
        'activate',
        'cell 1',
        'cell 2',
        'configure',
        'hello'
      ]);
      expect(kernel.sent.filter(what => what === 'activate').length).toBe(1);
    });

    it('should ask the kernel that follows a dead one, though its first words were lost', async () => {
      const { kernel, context, model } = await watch();
      context.setStatus('restarting');
      context.setStatus('autorestarting');
      kernel.sent.length = 0;
      context.connectionStatusChanged.emit('connecting');
      context.setStatus('unknown');
      expect([model.state, kernel.sent]).toEqual(['restarting', []]);
      context.connectionStatusChanged.emit('connected');
      await settle();
      expect([model.state, kernel.sent]).toEqual(['watching', GREETING]);
    });

    it('should leave a restart that somebody asked for to the lab', async () => {
      const { kernel, context, model } = await watch();
      context.setStatus('restarting');
      kernel.sent.length = 0;
      context.connectionStatusChanged.emit('connecting');
      context.connectionStatusChanged.emit('connected');
      await settle();
      expect([model.state, kernel.sent]).toEqual(['restarting', []]);
    });

    it('should drop answers that come after the restart', async () => {
      const kernel = new FakeKernel();
      kernel.busy = new PromiseDelegate<void>();
      const { context, model } = await watch({ kernel });
      context.setStatus('restarting');
      kernel.busy.resolve();
      await settle();
      expect([model.state, kernel.sent]).toEqual(['restarting', ['activate']]);
    });

    it('should activate again when a restart took the activation along', async () => {
      const kernel = new FakeKernel();
      const execute = kernel.requestExecute.bind(kernel);
      kernel.requestExecute = content => {
        execute(content);
        return { done: Promise.reject(new Error('Canceled future')) };
      };
      const { context, model } = await watch({ kernel });
      kernel.requestExecute = execute;
      context.setStatus('idle');
      await settle();
      expect(model.state).toBe('watching');
      expect(kernel.sent).toEqual(['activate', ...GREETING]);
    });

    it('should tell what a dead kernel was running', async () => {
      const { kernel, context, model } = await watch();
      kernel.send(started(1, 1));
      context.setStatus('dead');
      expect([model.state, model.running?.run, model.canAct]).toEqual([
        'dead',
        1,
        false
      ]);
      context.setStatus('idle');
      const next = new FakeKernel();
      context.changeKernel(next);
      await settle();
      expect([model.state, model.running, next.sent]).toEqual([
        'watching',
        null,
        GREETING
      ]);
    });

    it('should forget the kernel that was replaced', async () => {
      const { kernel, context, model } = await watch();
      kernel.send(started(1, 1));
      kernel.send(ended(2, 1));
      const next = new FakeKernel();
      context.changeKernel(next);
      kernel.send(started(3, 2));
      await settle();
      expect([model.runs, model.pastRuns, model.running]).toEqual([
        [],
        [],
        null
      ]);
      expect(next.sent).toEqual(GREETING);
      context.changeKernel(null);
      expect(model.state).toBe('none');
    });
  });

  describe('telling the kernel', () => {
    it('should present edited cells before a cell runs and before a check', async () => {
      const { kernel, cells, model, watcher } = await watch();
      kernel.sent.length = 0;
      watcher.willExecute();
      expect(kernel.sent).toEqual([]);
      cells.edit('df = 2');
      watcher.willExecute();
      expect(kernel.sent).toEqual(['notebook']);
      cells.edit('df = 3');
      model.checkNow();
      expect(kernel.sent).toEqual(['notebook', 'notebook', 'check']);
    });

    it('should tell how closely a running cell is looked at', async () => {
      const { kernel, model, settings } = await watch();
      const told = () => kernel.requests[kernel.requests.length - 1];
      const command = 'leakhunter.visible';
      expect(kernel.requests[2]).toMatchObject({
        visible: false,
        glances: true
      });
      model.visible = true;
      model.visible = true;
      expect(told()).toMatchObject({ command, visible: true, glances: false });
      expect(kernel.sent.filter(what => what === 'visible').length).toBe(1);
      const notices = { ...settings.value.notices, nearLimit: false };
      await settings.set('notices', notices);
      model.visible = false;
      expect(told()).toMatchObject({ command, visible: false, glances: false });
      model.inStatusBar = true;
      expect(told()).toMatchObject({ command, visible: false, glances: true });
    });

    it('should say again that it is shown while a cell runs', async () => {
      jest.useFakeTimers();
      const { kernel, model, settings } = await watch();
      const notices = { ...settings.value.notices, nearLimit: false };
      await settings.set('notices', notices);
      kernel.sent.length = 0;
      model.visible = true;
      const told = () => kernel.sent.filter(what => what === 'visible').length;
      kernel.send(started(1, 1));
      kernel.send(sample(2, 1));
      expect(told()).toBe(1);
      await jest.advanceTimersByTimeAsync(10000);
      expect(told()).toBe(1);
      kernel.send(sample(3, 1));
      kernel.send(sample(4, 1));
      expect(told()).toBe(2);
      model.visible = false;
      await jest.advanceTimersByTimeAsync(10000);
      kernel.send(sample(5, 1));
      expect(told()).toBe(3);
    });

    it('should tell the settings that matter to it, and no others', async () => {
      const { kernel, settings } = await watch();
      kernel.sent.length = 0;
      await settings.set('warnAt', 60);
      expect(kernel.sent).toEqual([]);
      await settings.set('leftoverAfter', 5);
      await settings.set('units', 'decimal');
      expect(kernel.sent).toEqual(['configure', 'configure']);
    });

    it('should only send what the user wished', async () => {
      const { kernel, model } = await watch();
      kernel.answers['leakhunter.check'] = 'Another check is running.';
      model.checkNow();
      expect([model.pending?.what, model.canAct]).toEqual(['check', false]);
      model.checkNow();
      await settle();
      expect(kernel.sent.filter(what => what === 'check').length).toBe(1);
      expect([model.pending, model.refusal]).toEqual([
        null,
        'Another check is running.'
      ]);
    });
  });

  it('should keep two notebooks apart', async () => {
    const one = await watch();
    const two = await watch();
    one.kernel.send(started(1, 1));
    expect([one.model.running?.run, two.model.running]).toEqual([1, null]);
    const [first, second] = [one, two].map(({ kernel }) =>
      kernel.requests.find(({ command }) => command === 'leakhunter.hello')
    );
    expect(first?.client).not.toBe(second?.client);
  });

  it('should be silent after dispose', async () => {
    const { kernel, context, model, watcher } = await watch();
    watcher.dispose();
    model.dispose();
    kernel.sent.length = 0;
    kernel.send(started(1, 1));
    context.setStatus('restarting');
    context.setStatus('idle');
    context.changeKernel(new FakeKernel());
    model.checkNow();
    await settle();
    expect([kernel.sent, model.running]).toEqual([[], null]);
  });
});
