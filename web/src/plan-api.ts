// Plans of people at home: a file that loads when needed.

import { GET, POST, PUT, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Plans = Said["HomePlansShown"];
export type Plan = Said["HomePlanShown"];
export type Due = Said["HomeDueShown"];
export type Template = Said["TemplateShown"];
export type NewPlan = Said["NewHomePlan"];
export type CameHome = Said["CameHome"];
export type Carried = Said["CarriedShown"];
export type ToldAt = Said["ToldAt"];
type Zones = Said["ZonesShown"];

const at = (patient: number) => ({ params: patientAt(patient) });

const planBy = ({ name, items, language, carer_after_minutes, first_rota }: Template): NewPlan => ({
  condition: name,
  language: language as "en",
  carer_after_minutes,
  instead_of: null,
  first_rota: first_rota?.id ?? null,
  items: items.map(({ expected: _, done: __, rested: ___, ...item }) => item),
});

export const planApi = {
  plans: (patient: number) => said<Plans>(GET("/api/patients/{patient_id}/plans", at(patient))),
  templates: () => said<Template[]>(GET("/api/plan-templates")),
  begin: (patient: number, template: Template) =>
    said<void>(
      POST("/api/patients/{patient_id}/plans", { ...at(patient), body: planBy(template) }),
    ),
  /** The first plan of who came home, and which limits hold there too: all of it, or nothing. */
  beginAtHome: (patient: number, template: Template, limits: Said["LimitKept"][]) =>
    said<void>(
      POST("/api/patients/{patient_id}/begun-at-home", {
        ...at(patient),
        body: { plan: planBy(template), limits },
      }),
    ),
  change: (patient: number, body: NewPlan) =>
    said<void>(POST("/api/patients/{patient_id}/plans", { ...at(patient), body })),
  /** What plans of this condition begin with, in the whole house. */
  keep: (body: NewPlan) => said<void>(PUT("/api/plan-templates", { body })),
  /** From which ward, with which limits; null where they did not. */
  cameHome: (patient: number) =>
    said<CameHome | null>(GET("/api/patients/{patient_id}/came-home", at(patient))),
  /** At which values the patient's team is told; the patient's own question. */
  toldAt: (patient: number) =>
    said<ToldAt[]>(GET("/api/patients/{patient_id}/told-at", at(patient))),
  zone: (patient: number) => said<Zones>(GET("/api/patients/{patient_id}/zone", at(patient))),
  move: (patient: number, zone: string) =>
    said<void>(PUT("/api/patients/{patient_id}/zone", { ...at(patient), body: { zone } })),
  end: (patient: number, condition: string) =>
    said<void>(
      POST("/api/patients/{patient_id}/plans/end", { ...at(patient), body: { condition } }),
    ),
  answer: (patient: number, due: number, is_excused: boolean) =>
    said<void>(
      POST("/api/patients/{patient_id}/plans/answer", {
        ...at(patient),
        body: { due, is_excused },
      }),
    ),
};
