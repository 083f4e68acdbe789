import type { TranslationBundle } from '@jupyterlab/translation';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Report } from '../../protocol/generated';
import { HuntContext, type IHuntContext } from '../context';
import { useNews } from '../findings/news';
import { FakeHost, FakeModel, finding, REPORT } from './fake';

function News(props: { report: Report }) {
  return useNews(props.report).join();
}

describe('useNews', () => {
  it('should take nothing as seen that was drawn but not shown', () => {
    const model = new FakeModel({});
    const context: IHuntContext = {
      model,
      host: new FakeHost(),
      trans: {} as TranslationBundle,
      decimal: false,
      announce: () => undefined,
      copy: () => undefined
    };
    // Such a drawing never reaches the page.
    const drawn = (report: Report) =>
      renderToStaticMarkup(
        createElement(
          HuntContext.Provider,
          { value: context },
          createElement(News, { report })
        )
      );
    const later = finding({ id: 'x', fingerprint: 'x', title: 'later' });
    const report = { ...REPORT, findings: [...REPORT.findings, later] };
    expect(drawn(REPORT)).toBe('');
    expect(drawn(report)).toBe('');
    model.dispose();
  });
});
