import classes from "./brand.module.css";

export function Brand({ size = 30, words = true }: { size?: number; words?: boolean }) {
  return (
    <div className={classes.brand}>
      <img src="/mark.svg" width={size} height={size} alt={words ? "" : "Homeward"} />
      {words && <p style={{ fontSize: `${(size * 0.66) / 16}rem` }}>Homeward</p>}
    </div>
  );
}
