// What the browser calls a page.

import { useEffect } from "react";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Homeward`;
  }, [title]);
}
