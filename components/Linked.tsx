/** Words, as a link to the provider's page where there is one. */
export const Linked = ({ words, link }: { words: string; link: string | undefined }) =>
  link ? (
    <a href={link} target="_blank" rel="noreferrer">
      {words}
    </a>
  ) : (
    <span>{words}</span>
  );
