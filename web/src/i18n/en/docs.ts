/** The page of the API reference. */
export const docs = {
  title: "API reference",
  lead: "These pages do everything through this API. This page shows this document:",
  find: "Find a route or a schema",
  auth: { public: "Public", optional: "Public or signed in", user: "Signed in", admin: "Organiser" } as Record<
    string,
    string
  >,
  parameters: "Parameters",
  request: "Request body",
  answers: "Answers",
  schemas: "Schemas",
  required: "required",
  noBody: "no body",
  none: "Nothing matches.",
};
