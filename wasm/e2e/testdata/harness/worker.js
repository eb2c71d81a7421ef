"use strict";
fetch("http://example.org/from-a-worker").catch(() => {});
