/** The line under one cell. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { ICellLine } from '../analysis/cellline';
import { splitName } from '../analysis/ellipsis';
import {
  verdictIcon,
  verdictTone,
  verdictWord
} from '../panel/findings/verdict';
import type { Finding, Label } from '../protocol/generated';
import { chipName, keeperWords, lineWords } from './words';

/**
 * A line of small grey words, and buttons that open a finding.
 *
 * #### Notes
 * Plain nodes that stay: an update writes only the texts that changed, so that
 * a check that finds the same again touches nothing. User text goes in as text.
 */
export class CellLine extends Widget {
  constructor(private _options: CellLine.IOptions) {
    super();
    this.addClass('lh-CellLine');
    this.node.append(this._dot, this._words, this._keeper, this._chip);
    this._chip.append(this._icon, this._verdict, this._name, this._others);
    this._name.append(this._head, this._tail);
    this._dot.setAttribute('aria-hidden', 'true');
    for (const button of [this._keeper, this._chip]) {
      button.type = 'button';
      // Else Enter and Space are the notebook's: edit the cell, scroll.
      button.dataset.lmSuppressShortcuts = 'true';
    }
  }

  /**
   * Says another line.
   *
   * @param stale - The cell runs again: the line is about the run before.
   */
  say(line: ICellLine, decimal: boolean, stale: boolean): void {
    const { trans } = this._options;
    const { keeper, chip, others, tone } = line;
    const words = lineWords(line, trans, decimal);
    const joins = keeper !== null && !words.endsWith(':') && words !== '';
    write(this._words, joins ? `${words} ·` : words);
    // Beside a narrow notebook's code there is not room for all of them.
    entitle(this._words, words);
    hide(this._dot, tone !== 'running');
    if (this.hasClass('lh-mod-stale') !== stale) {
      this.toggleClass('lh-mod-stale', stale);
    }
    this._finding = { keeper, chip };
    hide(this._keeper, keeper === null);
    write(this._keeper, keeper ? keeperWords(keeper, trans) : '');
    hide(this._chip, chip === null);
    if (chip !== null) {
      this._showChip(chip, others);
    }
  }

  handleEvent(event: Event): void {
    const { keeper, chip } = this._finding;
    const finding = event.currentTarget === this._chip ? chip : keeper;
    if (finding !== null) {
      this._options.open(finding);
    }
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._chip.addEventListener('click', this);
    this._keeper.addEventListener('click', this);
  }

  protected onBeforeDetach(msg: Message): void {
    this._chip.removeEventListener('click', this);
    this._keeper.removeEventListener('click', this);
    super.onBeforeDetach(msg);
  }

  private _showChip(chip: Finding, others: number): void {
    const { trans } = this._options;
    if (this._label !== chip.label) {
      this._label = chip.label;
      this._chip.className = `lh-chip lh-mod-${verdictTone(chip.label)}`;
      const svg = verdictIcon(chip.label).element({ tag: 'span' });
      this._icon.replaceChildren(svg);
      write(this._verdict, trans.__('%1:', verdictWord(chip.label, trans)));
    }
    const { head, tail } = splitName(chipName(chip));
    write(this._head, head);
    write(this._tail, tail);
    hide(this._others, others === 0);
    write(this._others, trans.__('+%1', others));
    const title =
      others === 0
        ? trans.__('%1: show it in Leak Hunter', chip.title)
        : trans._n(
            '%2 and %1 more finding of this cell: show in Leak Hunter',
            '%2 and %1 more findings of this cell: show in Leak Hunter',
            others,
            chip.title
          );
    entitle(this._chip, title);
  }

  private _dot = span('lh-dot lh-mod-busy');
  private _words = span('lh-CellLine-words');
  private _keeper = button('lh-link');
  private _chip = button('lh-chip lh-mod-warn');
  private _icon = span('lh-icon');
  private _verdict = span('lh-CellLine-verdict');
  private _name = span('lh-CellLine-name');
  private _head = span('lh-codename-head');
  private _tail = span('lh-codename-tail');
  private _others = span('lh-CellLine-others');
  private _label: Label | null = null;
  private _finding: Pick<ICellLine, 'keeper' | 'chip'> = {
    keeper: null,
    chip: null
  };
}

export namespace CellLine {
  export interface IOptions {
    trans: TranslationBundle;

    /** Shows a finding in the panel. */
    open: (finding: Finding) => void;
  }
}

function span(className: string): HTMLSpanElement {
  return Object.assign(document.createElement('span'), { className });
}

function button(className: string): HTMLButtonElement {
  return Object.assign(document.createElement('button'), { className });
}

/** Writing the same text again would still make the browser lay it out anew. */
function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function entitle(node: HTMLElement, title: string): void {
  if (node.title !== title) {
    node.title = title;
  }
}

/** As with a text, setting it again would be noticed. */
function hide(node: HTMLElement, hidden: boolean): void {
  if (node.hidden !== hidden) {
    node.hidden = hidden;
  }
}
