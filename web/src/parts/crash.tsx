// A screen that throws says so: an empty page would look like a quiet ward.

import { Component, type ReactNode } from "react";
import { Trouble } from "./states";

export class CrashNet extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <Trouble error={this.state.error} again={() => location.reload()} />;
  }
}
