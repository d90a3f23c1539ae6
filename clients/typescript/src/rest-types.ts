/** What each call of the REST API takes and answers, read from the types of the OpenAPI document. */

import type { paths } from "./generated/rest.js";

export type Method = "get" | "post" | "patch" | "delete";

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = paths[P][M];
type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : undefined;

/** The JSON of a successful answer; undefined where it has none. */
export type Answer<M extends Method, P extends keyof paths> =
  Operation<M, P> extends { responses: infer R }
    ? { [S in keyof R & (200 | 201 | 202 | 204)]: Json<R[S]> }[keyof R & (200 | 201 | 202 | 204)]
    : never;

type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } }
  ? { readonly body?: B }
  : object;
type Query<O> = O extends { parameters: { query?: infer Q } } ? { readonly query?: Q } : object;
type PathFields<O> = O extends { parameters: { path: infer F } } ? { readonly path: F } : object;

/** The body, the query and the fields of the path that a call takes. */
export type Input<M extends Method, P extends keyof paths> = Body<Operation<M, P>> &
  Query<Operation<M, P>> &
  PathFields<Operation<M, P>>;
