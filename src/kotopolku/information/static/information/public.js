// Small help on public pages; every page works without it. Keeps opened pages readable without a connection, and finds
// the nearest places on the device when the reader asks for it.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker
    .register("/info/sw.js", { scope: "/info/" })
    .then(() => navigator.serviceWorker.ready)
    .then((found) => {
      const drawn = performance.getEntriesByType("resource").map((one) => one.name);
      found.active.postMessage({ keep: [location.href, ...drawn] });
    })
    .catch(() => {});
}

const box = document.getElementById("position");
if (box && "geolocation" in navigator) {
  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const list = box.querySelector("ul");
  const NEAREST = 3;
  box.hidden = false;
  // Near enough for choosing: a degree of longitude is shorter the further north one is.
  const far = (lat, lon, here) =>
    Math.hypot(lat - here.latitude, (lon - here.longitude) * Math.cos((here.latitude * Math.PI) / 180));
  const failed = () => {
    button.removeAttribute("aria-busy");
    status.textContent = status.dataset.failed;
  };
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    status.textContent = "";
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        try {
          const { places } = await (await fetch(box.dataset.places)).json();
          const near = places.sort((a, b) => far(a[2], a[3], coords) - far(b[2], b[3], coords)).slice(0, NEAREST);
          list.replaceChildren(
            ...near.map(([slug, name]) => {
              const item = document.createElement("li");
              const link = document.createElement("a");
              link.href = `${box.dataset.base}${slug}/`;
              link.lang = "fi";
              link.textContent = name;
              item.append(link);
              return item;
            }),
          );
          button.removeAttribute("aria-busy");
          list.querySelector("a")?.focus();
        } catch {
          failed();
        }
      },
      failed,
      { maximumAge: 600000, timeout: 15000 },
    );
  });
}
