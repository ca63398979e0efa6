import "./trusted"; // first: what is loaded after it is asked
import "./styles.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { CrashNet, loadsAnew } from "./parts/crash";
import { Trouble, Waiting } from "./parts/states";
import { SESSION_KEY, SessionContext, useLocked, useSession } from "./session";
import { meanings, theme } from "./theme";
import type { Role } from "./words";

// Loaded by query and not by Suspense, which holds a page back for 300 ms once it has waited.
const PAGES = {
  signIn: () => import("./screens/sign-in"),
  staff: () => import("./staff"),
  patient: () => import("./patient"),
  relative: () => import("./relative"),
  invited: () => import("./invited"),
  locked: () => import("./screens/locked/locked"),
};
// An invitation is read by whoever has its link, signed in or not; it ends by loading the page anew.
const isInvited = window.location.pathname === "/invited";

const pagesOf = (role: Role) => (role === "patient" || role === "relative" ? role : "staff");

const client = new QueryClient({
  defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true, staleTime: 5_000 } },
});

function Homeward() {
  const session = useSession();
  const role = session.data?.person.role;
  const locked = useLocked(!isInvited && session.data === null);
  const nobody = locked.data ? "locked" : "signIn";
  const who = isInvited ? "invited" : role === undefined ? nobody : pagesOf(role);
  const page = useQuery({
    queryKey: [...SESSION_KEY, "page", who],
    queryFn: PAGES[who],
    enabled: session.isSuccess && (role !== undefined || isInvited || locked.isFetched),
    staleTime: Infinity,
  });
  const error = session.error ?? page.error;
  if (error) {
    const again = () => void (session.error ? session.refetch() : page.refetch());
    return <Trouble error={error} again={again} />;
  }
  if (session.data === undefined || !page.data) return <Waiting what="Opening Homeward" />;
  return (
    <SessionContext value={session.data}>
      <page.data.default />
    </SessionContext>
  );
}

window.addEventListener("vite:preloadError", () => {
  // Without a network the page that is there is better than none.
  if (navigator.onLine && loadsAnew(sessionStorage, Date.now())) location.reload();
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={meanings} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <CrashNet>
            <Homeward />
          </CrashNet>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
