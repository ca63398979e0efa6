export function SoundButton() {
  return null;
}
