/** Words and a state to find something by, written into the page's address: links can name them, and the back button restores them. */
import { useState } from "preact/hooks";
import { go } from "../router.tsx";
import { Field, Select } from "../ui/index.tsx";
import css from "./desk.module.css";

export type Filter<S extends string> = { q: string; status: S | "" };

/** What the address says. A state that does not exist is none. */
export const filterOf = <S extends string>(query: URLSearchParams, states: readonly S[]): Filter<S> => ({
  q: query.get("q") ?? "",
  status: states.find((state) => state === query.get("status")) ?? "",
});

type Props<S extends string> = {
  /** Of the page. */
  path: string;
  filter: Filter<S>;
  label: string;
  maxLength: number;
  stateLabel: string;
  any: string;
  states: readonly S[];
  nameOf: (state: S) => string;
};

export const Search = <S extends string>({ path, filter, states, nameOf, ...of }: Props<S>) => {
  const [typed, type] = useState(filter.q);
  const filterBy = (next: Filter<S>) => {
    if (location.pathname !== path) return; // the organiser has left this page
    const entries = Object.entries(next).filter(([, value]) => value);
    go(entries.length > 0 ? `${path}?${new URLSearchParams(entries)}` : path, { replace: true });
  };
  const search = () => typed.trim() !== filter.q && filterBy({ ...filter, q: typed.trim() });
  return (
    <form
      class={css.two}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        search();
      }}
    >
      <Field
        label={of.label}
        type="search"
        maxLength={of.maxLength}
        value={typed}
        onInput={(input) => type(input.currentTarget.value)}
        onBlur={search}
      />
      <Select
        label={of.stateLabel}
        value={filter.status}
        onChange={(changed) => filterBy({ ...filter, status: changed.currentTarget.value as S | "" })}
      >
        <option value="">{of.any}</option>
        {states.map((state) => (
          <option key={state} value={state}>
            {nameOf(state)}
          </option>
        ))}
      </Select>
    </form>
  );
};
