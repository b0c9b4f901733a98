/** Rings when it is the visitor's turn. Browsers allow sound only after a click, so a click turns the bell on. */
let context: AudioContext | undefined;

export const arm = async (): Promise<void> => {
  context ??= new AudioContext();
  await context.resume();
  note(660, 0, 0.06);
};

const note = (frequency: number, after: number, loud = 0.25) => {
  if (!context) return;
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  const at = context.currentTime + after;
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(loud, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 1);
};

export const ring = (): void => {
  for (const [index, frequency] of [523, 659, 784, 1047].entries()) note(frequency, index * 0.18);
  navigator.vibrate?.([200, 100, 200]);
};
