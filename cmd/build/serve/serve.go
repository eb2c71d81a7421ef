// Package serve hands out a built site over HTTP as a static host would: the
// right media types, the precompressed siblings that the build wrote, nothing
// outside the folder and no lists of what is in it. The build's -serve flag
// and the browser tests use the same handler, so what is tested is what is
// served.
package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// types are the media types of what a site may hold. The host's own table is
// not asked: it differs from machine to machine, and WebAssembly is compiled
// while it arrives only when its type is exact.
var types = map[string]string{
	".html":   "text/html; charset=utf-8",
	".css":    "text/css; charset=utf-8",
	".js":     "text/javascript; charset=utf-8",
	".json":   "application/json; charset=utf-8",
	".svg":    "image/svg+xml",
	".png":    "image/png",
	".ico":    "image/x-icon",
	".txt":    "text/plain; charset=utf-8",
	".wasm":   "application/wasm",
	".pcap":   "application/vnd.tcpdump.pcap",
	".pcapng": "application/octet-stream",
}

// Type returns the media type of a file by its name.
func Type(name string) string {
	if t := types[path.Ext(name)]; t != "" {
		return t
	}
	return "application/octet-stream"
}

// hashed matches the names that change whenever the content does.
var hashed = regexp.MustCompile(`\.[0-9a-f]{8}\.[a-z0-9]+$`)

// Hashed reports whether a name carries the hash of its content, so that a
// browser may keep the file for ever.
func Hashed(name string) bool { return hashed.MatchString(name) }

// Handler serves the files of dir. Paths are relative to the handler's root:
// put http.StripPrefix before it to serve from a sub-path.
func Handler(dir string) http.Handler { return &handler{dir: dir} }

type handler struct{ dir string }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if !fs.ValidPath(name) || strings.Contains(name, "\\") {
		http.NotFound(w, r)
		return
	}
	// A fresh root for each request: the build may have replaced the folder.
	root, err := os.OpenRoot(h.dir)
	if err != nil {
		http.Error(w, "the site has not been built yet", http.StatusServiceUnavailable)
		return
	}
	defer root.Close()

	encoding, suffix := "", ""
	if _, err := root.Stat(name); err != nil {
		http.NotFound(w, r)
		return
	}
	for _, c := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if _, err := root.Stat(name + c.suffix); err != nil {
			continue
		}
		header.Set("Vary", "Accept-Encoding")
		if encoding == "" && accepts(r.Header.Get("Accept-Encoding"), c.encoding) {
			encoding, suffix = c.encoding, c.suffix
		}
	}
	f, err := root.Open(name + suffix)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}

	header.Set("Content-Type", Type(name))
	if Hashed(name) {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-cache")
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			http.Error(w, "the file could not be read", http.StatusInternalServerError)
			return
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			http.Error(w, "the file could not be read", http.StatusInternalServerError)
			return
		}
		header.Set("ETag", `"`+hex.EncodeToString(sum.Sum(nil)[:8])+suffix+`"`)
	}
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
		// A range of a compressed file is of no use to a page.
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, name, time.Time{}, f)
}

// accepts reads an Accept-Encoding header: is this encoding named and not
// refused by a weight of zero?
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !ok {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

// Listen opens a port on the loopback interface. When addr is empty, that is
// first and, where it is taken, the next free one of the twenty after it; an
// addr that is given is taken or refused.
func Listen(addr string, first int) (net.Listener, error) {
	if addr != "" {
		return net.Listen("tcp", addr)
	}
	var last error
	for port := first; port < first+20; port++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return l, nil
		}
		last = err
	}
	return nil, fmt.Errorf("no free port from %d to %d: %w", first, first+19, last)
}

// Serve answers requests on l with h until the listener is closed.
func Serve(l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
