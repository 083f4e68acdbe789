/** The panel of one notebook: the head, and below it what its state calls for. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { countCells } from '../analysis/cells';
import { unexpected } from '../analysis/expected';
import { formatBytes } from '../analysis/format';
import { freedWords } from '../analysis/receipttext';
import { plainText } from '../analysis/richtext';
import { undoneWords } from '../analysis/undo';
import { ChartSection } from '../chart/section';
import type { Report } from '../protocol/generated';
import { givenWords } from '../sheet/giveback';
import { SheetSection } from '../sheet/section';
import type { IHuntHost, IHuntModel } from '../tokens';
import { Answer } from './answer';
import { HuntContext, useHunt, type IHuntContext } from './context';
import { CameBack, Restarted } from './exit/ended';
import { ExpectedList } from './findings/expected';
import { Filter } from './filter';
import { Findings } from './findings/findings';
import { useFocusReturn } from './focus';
import { growthWord } from './prove/word';
import { Title } from './header';
import { LetGo } from './findings/lingering';
import { useNews } from './findings/news';
import { LiveRegion, useAnnouncer } from './live';
import { MemoryHead } from './memory';
import { Looking } from './looking';
import { Clean, Notes } from './notes';
import {
  Cells,
  ObjectsView,
  PreviewView,
  ReceiptView,
  ReceiptsView,
  TestView,
  TraceView,
  UndoneView,
  VariableBar,
  Variables
} from './ondemand';
import { Readings } from './readings';
import { SelectionBar } from './selection';
import { KernelState } from './states';
import { Tabs } from './tabs';

/** What a panel is high enough for; what is not closes by itself. */
export type PanelRoom = 'all' | 'no-chart' | 'no-sheet';

/** The whole panel with a notebook. */
export function NotebookPanelView(props: {
  model: IHuntModel;
  host: IHuntHost;
  trans: TranslationBundle;
  room: PanelRoom;
}): JSX.Element {
  const { model, host, trans, room } = props;
  const { outlet, announce } = useAnnouncer();
  const context: IHuntContext = {
    model,
    host,
    trans,
    decimal: model.settings.units === 'decimal',
    announce,
    copy: (text, said = trans.__('Copied')) => {
      host.copy(text);
      announce(said);
    }
  };
  const brief = model.view !== 'list';
  const watched = model.state === 'watching';
  return (
    <HuntContext.Provider value={context}>
      <div className="lh-header">
        <Title />
        {watched && <MemoryHead brief={brief} />}
        {watched && !brief && <Answer />}
      </div>
      {watched ? (
        <React.Suspense fallback={<div className="lh-scroll" />}>
          <Watched room={room} />
        </React.Suspense>
      ) : (
        <KernelState />
      )}
      <LiveRegion outlet={outlet} />
    </HuntContext.Provider>
  );
}

/** What stands under the head while the kernel is watched. */
function Watched(props: { room: PanelRoom }): JSX.Element {
  const { model } = useHunt();
  const { view, preview, receipt, undone } = model;
  useSpokenResults();
  useFocusReturn(view);
  if (view === 'preview' && preview) {
    // Another preview offers undo anew, and takes the focus.
    return <PreviewView key={preview.id} preview={preview} />;
  }
  if (view === 'receipt' && receipt) {
    return <ReceiptView key={receipt.id} receipt={receipt} />;
  }
  if (view === 'receipts') {
    return <ReceiptsView />;
  }
  if (view === 'undone' && undone) {
    return <UndoneView undone={undone} />;
  }
  if (view === 'objects' && model.objects) {
    return <ObjectsView objects={model.objects} />;
  }
  if (view === 'test' && model.test) {
    return <TestView test={model.test} />;
  }
  if (view === 'trace' && model.trace) {
    return <TraceView trace={model.trace} />;
  }
  return <ListView room={props.room} />;
}

function ListView(props: { room: PanelRoom }): JSX.Element {
  const { model } = useHunt();
  const { report, runs, running } = model;
  const { room } = props;
  const cells = React.useMemo(() => countCells(runs, report), [runs, report]);
  const listed = unexpected(report);
  const news = useNews(model.tab === 'findings' ? report : null);
  const fresh = model.restartedAt !== null && runs.length === 0;
  return (
    <>
      <div className="lh-scroll">
        <CameBack />
        <Notes />
        {fresh && <Restarted />}
        {!fresh && (
          <div className={running ? 'lh-dimmed' : undefined}>
            {report && (
              <SheetSection report={report} low={room === 'no-sheet'} />
            )}
            {runs.length > 0 && <ChartSection low={room !== 'all'} />}
            <Tabs
              counts={{
                findings: report ? listed.length : null,
                cells,
                variables: model.inventory.known?.variables.length ?? null
              }}
            >
              {model.tab === 'cells' ? (
                <React.Suspense fallback={null}>
                  <Cells />
                </React.Suspense>
              ) : model.tab === 'variables' ? (
                <React.Suspense fallback={null}>
                  <Variables />
                </React.Suspense>
              ) : report === null ? (
                <Looking />
              ) : (
                <>
                  <Filter />
                  <LetGo report={report} />
                  {listed.length === 0 ? (
                    <Clean report={report} />
                  ) : (
                    <Findings report={report} news={news} />
                  )}
                  <ExpectedList />
                </>
              )}
            </Tabs>
          </div>
        )}
        {!fresh && <Readings />}
      </div>
      {model.tab === 'variables' ? (
        <React.Suspense fallback={null}>
          <VariableBar />
        </React.Suspense>
      ) : (
        <SelectionBar />
      )}
    </>
  );
}

function checkedWords(
  report: Report,
  trans: TranslationBundle,
  decimal: boolean
): string {
  if (report.safe_bytes > 0) {
    const safe = formatBytes(report.safe_bytes, { decimal });
    return trans.__('Checked: %1 can go safely', safe);
  }
  if (report.check_bytes > 0) {
    const check = formatBytes(report.check_bytes, { decimal });
    return trans.__('Checked: %1 to check first', check);
  }
  return trans.__('Checked: nothing found');
}

/** Speaks the result of a check and of each deed, and why there is none, once each. */
function useSpokenResults(): void {
  const { model, trans, decimal } = useHunt();
  const { report, receipt, undone, given, refusal, previewStale } = model;
  useSpoken(report, one => checkedWords(one, trans, decimal));
  // That it was undone is told by the undo.
  useSpoken(receipt, one => freedWords(one, trans, decimal), receipt?.id);
  useSpoken(undone, one => undoneWords(one, trans));
  useSpoken(given, one => givenWords(one, trans, decimal));
  useSpoken(model.test?.proof ?? null, ({ verdict, sentence }) =>
    plainText(`${growthWord(verdict, trans)}. ${sentence}`)
  );
  useSpoken(model.trace?.found ?? null, ({ trace }) =>
    trans.__('Traced: %1 still held', formatBytes(trace.held, { decimal }))
  );
  useSpoken(refusal, plainText);
  useSpoken(previewStale || null, () =>
    trans.__('Changed since the preview: look again')
  );
}

/**
 * Speaks of a fact that has become another. What was there at first is no news,
 * nor is another language or unit.
 *
 * @param key - Tells whether it is another.
 */
function useSpoken<T>(
  fact: T | null,
  words: (fact: T) => string,
  key: unknown = fact
): void {
  const { announce } = useHunt();
  const first = React.useRef(true);
  React.useEffect(() => {
    if (!first.current && fact !== null) {
      announce(words(fact));
    }
    first.current = false;
  }, [key]);
}
