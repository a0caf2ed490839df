// Dark is the class "dark" on the body. Gradio sets it and keeps it; where no Gradio is, we do,
// by the same rule: ?__theme= first, then the system.

/** Sets the class at once (before Gradio has mounted, too), and follows the system without Gradio. */
export function followTheme() {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const asked = new URL(window.location.href).searchParams.get("__theme");
  const apply = () => {
    const dark = asked === "dark" || (asked !== "light" && system.matches);
    document.body.classList.toggle("dark", dark);
  };
  apply();
  if (!("gradio_config" in window)) system.addEventListener("change", apply);
}
