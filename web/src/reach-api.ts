// What the page of one's ways to be reached asks: apart from api.ts, so that no other need load it.

import { DELETE, GET, POST, said } from "./api";
import type { ContactChange, Delivery, NewContact, Reach, Target } from "./words";

const contactAt = (contact_id: number) => ({ params: { path: { contact_id } } });

export const reachApi = {
  addContact: (body: NewContact) => said<Reach>(POST("/api/reach/contacts", { body })),
  changeContact: (contact_id: number, body: ContactChange) =>
    said<Reach>(POST("/api/reach/contacts/{contact_id}", { ...contactAt(contact_id), body })),
  removeContact: (contact_id: number) =>
    said<void>(DELETE("/api/reach/contacts/{contact_id}", contactAt(contact_id))),
  orderContacts: (ids: number[]) => said<Reach>(POST("/api/reach/order", { body: { ids } })),
  testContact: (contact_id: number) =>
    said<Delivery>(POST("/api/reach/contacts/{contact_id}/test", contactAt(contact_id))),
  delivery: (delivery_id: number) =>
    said<Delivery>(GET("/api/reach/messages/{delivery_id}", { params: { path: { delivery_id } } })),
  openMessage: (token: string) =>
    said<Target>(POST("/api/messages/{token}/open", { params: { path: { token } } })),
};
