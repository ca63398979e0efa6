// Clouds by the names of their services, as their makers write them.

const CLOUDS = new Map([
  ["withings", "Withings"],
  ["open-wearables", "Open Wearables"],
]);

export const cloudName = (service: string): string | undefined => CLOUDS.get(service);
