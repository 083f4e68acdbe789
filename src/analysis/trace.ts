/** Lines of a trace or line profile in numbers for the eye. Pure functions. */
import type { LineMemory, LineProfile } from '../protocol/generated';

/** From here on a peak of resident memory beyond Python's is believed. */
const BELIEVED = 1024 * 1024;

/** The highest memory within one run of a line, over what was there before. */
export interface ILinePeak {
  /** `null` where the line did not run. */
  readonly bytes: number | null;

  /** Native memory is in it, which is known only about. */
  readonly about: boolean;
}

/** The peak of a line: native memory counts where it shows. */
export function linePeak({ peak, resident_rise }: LineMemory): ILinePeak {
  const about =
    peak !== null && resident_rise !== null && resident_rise > peak + BELIEVED;
  return { bytes: about ? resident_rise : peak, about };
}

/** The most that any line has peaked at, or changed by. */
export function mostOfLines({ sections }: LineProfile): number {
  const lines = sections.flatMap(section => section.lines);
  return Math.max(
    0,
    ...lines.map(line =>
      Math.max(linePeak(line).bytes ?? 0, Math.abs(line.change ?? 0))
    )
  );
}

/** Names typed with commas or blanks between them. */
export function typedNames(text: string): string[] {
  return text.split(/[\s,]+/).filter(name => name !== '');
}
