//go:build !js

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"somscope/cmd/build/serve"
)

// under is the path under which the tests serve the site: it must not matter.
const under = "/some/folder/"

// world is what the tests share: the site, its server, a browser.
type world struct {
	dist    string             // the built site
	host    string             // http://127.0.0.1:port
	chrome  string             // path of the browser
	browser context.Context    // of the shared browser
	stop    context.CancelFunc // ends it
	shots   string             // folder of screenshots
	outside *outside
	tmp     string // removed at the end

	mu      sync.Mutex
	refused []string // requests that the server could not answer, until a test takes them
}

var (
	shared     *world
	sharedErr  error
	sharedOnce sync.Once
)

func TestMain(m *testing.M) {
	code := m.Run()
	if shared != nil {
		if shared.stop != nil {
			shared.stop()
		}
		fmt.Println("screenshots are in", shared.shots)
		os.RemoveAll(shared.tmp)
	}
	os.Exit(code)
}

// errNoBrowser is the one reason for which the tests may skip.
var errNoBrowser = errors.New("there is no Chromium here: make test installs one where it may, SOMSCOPE_CHROMIUM names one")

// everything sets up what the tests share, once.
func everything(t testing.TB) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("browser tests take too long for -short")
	}
	sharedOnce.Do(func() { shared, sharedErr = begin() })
	missing(t, sharedErr)
	return shared
}

// missing skips the test for want of a tool, or fails it under CI=true; any
// other error fails it.
func missing(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, errNoBrowser) && os.Getenv("CI") != "true":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

func begin() (*world, error) {
	w := &world{}
	var err error
	if w.chrome, err = findChrome(); err != nil {
		return nil, err
	}
	if w.tmp, err = os.MkdirTemp("", "somscope-e2e-"); err != nil {
		return nil, err
	}
	if w.dist, err = findSite(w.tmp); err != nil {
		return nil, err
	}
	if w.shots = os.Getenv("SOMSCOPE_SHOTS"); w.shots == "" {
		w.shots = filepath.Join(os.TempDir(), "somscope-shots")
	}
	if err := os.MkdirAll(w.shots, 0o755); err != nil {
		return nil, err
	}
	if w.host, err = w.serve(); err != nil {
		return nil, err
	}
	if w.outside, err = newOutside(); err != nil {
		return nil, err
	}
	w.browser, w.stop, err = w.launch()
	return w, err
}

// findChrome looks for a browser.
func findChrome() (string, error) {
	for _, name := range []string{os.Getenv("SOMSCOPE_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if name == "" {
			continue
		}
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errNoBrowser
}

// findSite takes the site that is there, or builds one.
func findSite(tmp string) (string, error) {
	if dir := os.Getenv("SOMSCOPE_DIST"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
			return "", fmt.Errorf("SOMSCOPE_DIST: %w", err)
		}
		return filepath.Abs(dir)
	}
	dir := filepath.Join(tmp, "dist")
	cmd := exec.Command("go", "run", "./cmd/build", "-o", dir)
	cmd.Dir = filepath.Join("..", "..")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the site: %w\n%s", err, text)
	}
	return dir, nil
}

// serve serves the site under its sub-path, and the pages of the benchmarks'
// floor beside it. What cannot be answered is kept for the test under way.
func (w *world) serve() (string, error) {
	l, err := serve.Listen("127.0.0.1:0", 0)
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.Handle(under, http.StripPrefix(strings.TrimSuffix(under, "/"), serve.Handler(w.dist)))
	mux.Handle("/floor/", http.StripPrefix("/floor", serve.Handler("testdata/floor")))
	mux.Handle("/harness/", http.StripPrefix("/harness", serve.Handler("testdata/harness")))
	go serve.Serve(l, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		watch := &statusWriter{ResponseWriter: rw}
		mux.ServeHTTP(watch, r)
		if watch.status >= 400 {
			w.mu.Lock()
			w.refused = append(w.refused, fmt.Sprintf("%s %s: status %d", r.Method, r.URL.Path, watch.status))
			w.mu.Unlock()
		}
	}))
	return "http://" + l.Addr().String(), nil
}

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(code int) {
	s.status = code
	s.ResponseWriter.WriteHeader(code)
}

// take returns what the server refused and who was asked for outside, since
// the last time.
func (w *world) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := append(w.refused, w.outside.take()...)
	w.refused = nil
	return all
}

// outside plays the proxy to the rest of the world: the browser is told to
// send every request there that is not for this machine. So a request to
// anywhere is seen, whoever makes it, the worker included, and leads nowhere.
type outside struct {
	addr  string
	mu    sync.Mutex
	asked []string
}

func newOutside() (*outside, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o := &outside{addr: l.Addr().String()}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !browsersOwn(r.Host) {
			o.mu.Lock()
			o.asked = append(o.asked, fmt.Sprintf("%s %s: a request that is not the site's own", r.Method, r.URL))
			o.mu.Unlock()
		}
		http.Error(w, "there is no way out of this test", http.StatusForbidden)
	}))
	return o, nil
}

// browsersOwn tells the hosts that the browser itself calls home to, and no
// page of ours would.
func browsersOwn(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	for _, of := range []string{".google.com", ".googleapis.com", ".gstatic.com", ".gvt1.com"} {
		if strings.HasSuffix(name, of) {
			return true
		}
	}
	return false
}

func (o *outside) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.asked
	o.asked = nil
	return all
}

// launch starts a browser with a new profile.
func (w *world) launch() (context.Context, context.CancelFunc, error) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(w.chrome),
		chromedp.DisableGPU,
		chromedp.WindowSize(1440, 900),
		chromedp.ProxyServer("http://"+w.outside.addr),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,InterestFeedContentSuggestions,AutofillServerCommunication"),
		chromedp.Flag("js-flags", "--expose-gc"),
		chromedp.Flag("enable-precise-memory-info", true),
		chromedp.WSURLReadTimeout(60*time.Second),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to be root in its sandbox
	}
	allocated, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocated)
	stop := func() { end(); endAllocator() }
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, fmt.Errorf("starting %s: %w", w.chrome, err)
	}
	return ctx, stop, nil
}
