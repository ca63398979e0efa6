// The fleet as the server knows it, and where devices may go.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useConnections } from "../../live";
import { useDeviceNews } from "../../live-of";
import { isCarer } from "../../roles";
import { useMe } from "../../session";
import { staffApi } from "../../staff-api";
import { useStanding } from "../../standing";

// Ages and counts; whether a device is connected is told at once.
const REFRESH_MS = 4_000;

export function useDevices() {
  const connections = useConnections();
  const news = useDeviceNews();
  const devices = useQuery({
    queryKey: ["devices", connections, news],
    queryFn: staffApi.devices,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  return { data: useStanding(devices, null), error: devices.error, refetch: devices.refetch };
}

/** Accounts at clouds, as they are linked and how each goes. */
export function useClouds() {
  return useQuery({
    queryKey: ["devices", "clouds"],
    queryFn: staffApi.clouds,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
}

/** What this person may do here; the server decides, this spares them closed doors. */
export function useMay() {
  const { role } = useMe().person;
  const isEngineer = role === "engineer" || role === "administrator";
  return { act: isEngineer, bind: isEngineer || role === "nurse" };
}

export type Place = { id: number; words: string };

/** Occupied beds: with names for those who care for people, without for those who do not. */
export function usePlaces(isWanted: boolean) {
  const mayKnowNames = isCarer(useMe().person.role);
  return useQuery({
    queryKey: ["places", mayKnowNames],
    enabled: isWanted,
    queryFn: async (): Promise<Place[]> => {
      if (!mayKnowNames) {
        const places = await staffApi.places();
        return places.map((one) => ({ id: one.patient_id, words: `${one.ward}, ${one.bed}` }));
      }
      const patients = await staffApi.patients("");
      return patients.map((one) => ({
        id: one.id,
        words: [one.bed ?? "no bed", one.name, one.record_number].join(" · "),
      }));
    },
  });
}

/** Asks at once how a device is; undefined where it is no more. */
export function useLook(name: string) {
  const client = useQueryClient();
  return async () => {
    const devices = await staffApi.devices();
    void client.invalidateQueries({ queryKey: ["devices"] });
    return devices.find((one) => one.name === name);
  };
}

/** An act on the fleet, after which the list is asked for again. */
export function useAct<Wish, Answer>(act: (wish: Wish) => Promise<Answer>, then?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["devices"] });
      then?.();
    },
  });
}
