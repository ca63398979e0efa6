import "./trusted"; // first: what is loaded after it is asked
import "./styles.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { GET, Refused } from "./api";
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
const shell = () => import("./home/shell");
// The document the service worker opens without a network: nothing in it is ever taken for live.
const isOffline = document.documentElement.hasAttribute("data-offline");
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
  const isKept = session.data === undefined || role === "patient"; // theirs: home/outbox-of.tsx
  useEffect(() => {
    if (!isKept) shell().then(({ keepOnly }) => keepOnly(null), Object);
  }, [isKept]);
  if (session.error) return <Away error={session.error} again={() => void session.refetch()} />;
  if (page.error) return <Trouble error={page.error} again={() => void page.refetch()} />;
  if (session.data === undefined || !page.data) return <Waiting what="Opening Homeward" />;
  return (
    <SessionContext value={session.data}>
      <page.data.default />
    </SessionContext>
  );
}

/** Nobody can say who is signed in. What may be done meanwhile is loaded from this browser's disk. */
function Away({ error, again }: { error: unknown; again: () => void }) {
  const opened = useQuery({
    queryKey: ["away"],
    queryFn: async () => {
      const mine = await (await shell()).owner();
      return mine && { mine, Page: (await import("./offline/offline")).default };
    },
    networkMode: "always",
    enabled: error instanceof Refused && (error.status === 0 || error.status >= 500),
    staleTime: Infinity,
  });
  if (opened.data) return <opened.data.Page owner={opened.data.mine} />;
  return opened.isLoading ? <Waiting /> : <Trouble error={error} again={again} />;
}

const NO_NETWORK = new Refused(0, "There is no connection. Check the network, then try again.");
if (location.search === "?again") history.replaceState(null, "", location.pathname);

window.addEventListener("vite:preloadError", async () => {
  // Without a server the page that is there, and what is half typed in it, is better than none.
  const answer = await GET("/api/health").catch(() => null);
  if (answer?.response.ok && loadsAnew(sessionStorage, Date.now())) location.reload();
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={meanings} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <CrashNet>
            {isOffline ? <Away error={NO_NETWORK} again={() => location.reload()} /> : <Homeward />}
          </CrashNet>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
