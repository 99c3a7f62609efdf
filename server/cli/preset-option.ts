import { Option } from 'commander';
import { PRESET_NAMES, type PresetName } from '../training/presets.ts';

/** How much a training run tries: `--preset`. */
export const presetOption = (standard: PresetName): Option =>
  new Option('--preset <name>', 'fast: a release within minutes; full: everything is tried')
    .choices(PRESET_NAMES)
    .default(standard);
