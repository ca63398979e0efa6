// Counts the pulses of every burst that is played, in its samples: stretches of sound between
// stretches of silence of at least 20 ms.
window.bursts = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  const samples = this.buffer.getChannelData(0);
  const hold = 0.02 * this.buffer.sampleRate;
  let pulses = 0;
  let last = -Infinity;
  samples.forEach((sample, place) => {
    if (Math.abs(sample) < 0.01) return;
    if (place - last > hold) pulses += 1;
    last = place;
  });
  window.bursts.push(pulses);
  return start.apply(this, when);
};
