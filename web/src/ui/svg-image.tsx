/** SVG text as a picture, drawn from a blob: the content policy allows no other picture that is not a file. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "./index.tsx";

type Props = JSX.IntrinsicElements["img"] & { svg: string; alt: string };

export const SvgImage = ({ svg, alt, ...rest }: Props) => {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return url ? <img {...rest} src={url} alt={alt} /> : <Skeleton height="13rem" width="13rem" />;
};
