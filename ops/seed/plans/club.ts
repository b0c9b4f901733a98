/** A club without seats: general admission only. */
import type { GeneralAdmission } from "#core/catalog/index.ts";

export const prices = { "Dance floor": 44_000, Balcony: 55_000 };

export const generalAdmission: GeneralAdmission[] = [
  { sectionId: "floor", name: "Dance floor", capacity: 450, category: "Dance floor" },
  { sectionId: "balcony", name: "Balcony", capacity: 80, category: "Balcony" },
];
