using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// A headless Chromium, controlled by the Chrome DevTools Protocol over a web socket: opens pages, evaluates expressions, sends input,
/// takes screenshots.
/// </summary>
internal sealed partial class Browser : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonElement> _events = [];
    private string? _session;
    private int _messages;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Starts the installed browser. Skips the test if there is none.</summary>
    /// <param name="further">Additional command-line arguments.</param>
    public static async Task<Browser> StartAsync(params string[] further)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var program = s_names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (program is null)
        {
            Assert.Ignore($"no browser is installed ({string.Join(", ", s_names)})");
        }

        var profile = Directory.CreateTempSubdirectory("ilgpugan-browser-").FullName;
        string[] arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
            $"--user-data-dir={profile}", .. further, "about:blank"];
        var process = Process.Start(new ProcessStartInfo(
            program!, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var address = new TaskCompletionSource<string?>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null || Address().Match(line.Data) is { Success: true })
            {
                address.TrySetResult(line.Data is null ? null : Address().Match(line.Data).Value);
            }
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Browser(process, profile);
        if (await address.Task.WaitAsync(s_timeout) is not { } found)
        {
            await browser.DisposeAsync();
            Assert.Ignore($"{program} does not start");
            return browser;
        }

        await browser._socket.ConnectAsync(new Uri(found), CancellationToken.None);
        return browser;
    }

    /// <summary>Opens a file or address in a new window and waits until it is loaded.</summary>
    public async Task OpenAsync(string path, int width, int height, bool scripts = true, bool phone = false)
    {
        _session = null;
        var target = (await Call("Target.createTarget", new { url = "about:blank" })).GetProperty("targetId").GetString();
        _session = (await Call("Target.attachToTarget", new { targetId = target, flatten = true })).GetProperty("sessionId").GetString();
        await Call("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = phone });
        await Call("Emulation.setScriptExecutionDisabled", new { value = !scripts });
        foreach (var domain in new[] { "Page", "Runtime", "Network", "Log" })
        {
            await Call($"{domain}.enable", new { });
        }

        _events.Clear();
        await Call("Page.navigate", new { url = new Uri(path).AbsoluteUri });
        while (!_events.Exists(e => e.GetProperty("method").GetString() == "Page.loadEventFired"))
        {
            _events.Add(await Receive());
        }
    }

    /// <summary>Errors on the page so far, and every request to an address outside of it.</summary>
    /// <param name="own">The prefix of the page's own addresses, besides files.</param>
    public IReadOnlyList<string> Problems(string own = "file:") =>
    [
        .. _events.Where(e => e.GetProperty("method").GetString() switch
        {
            "Runtime.exceptionThrown" or "Log.entryAdded" => true,
            "Network.requestWillBeSent" =>
                e.GetProperty("params").GetProperty("request").GetProperty("url").GetString() is not { } url
                    || !(url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal)
                || url.StartsWith(own, StringComparison.Ordinal) || url.StartsWith("blob:" + own, StringComparison.Ordinal)),
            _ => false,
        }).Select(e => e.ToString()),
    ];

    /// <summary>The value of a JavaScript expression on the page, transferred as JSON.</summary>
    public async Task<T> Eval<T>(string expression)
    {
        var answer = await Call("Runtime.evaluate", new { expression = $"JSON.stringify({expression})", returnByValue = true });
        Assert.That(answer.TryGetProperty("exceptionDetails", out var problem), Is.False, $"{expression}: {problem}");
        return JsonSerializer.Deserialize<T>(answer.GetProperty("result").GetProperty("value").GetString()!)!;
    }

    /// <summary>The value of a promise on the page, transferred as JSON.</summary>
    public async Task<T> Await<T>(string expression)
    {
        var answer = await Call(
            "Runtime.evaluate",
            new { expression = $"(async () => JSON.stringify(await ({expression})) ?? 'null')()", returnByValue = true,
                awaitPromise = true });
        Assert.That(answer.TryGetProperty("exceptionDetails", out var problem), Is.False, $"{expression}: {problem}");
        return JsonSerializer.Deserialize<T>(answer.GetProperty("result").GetProperty("value").GetString()!)!;
    }

    /// <summary>Waits until a JavaScript condition is true on the page.</summary>
    public async Task WaitUntil(string condition)
    {
        using var limit = new CancellationTokenSource(s_timeout);
        while (!await Eval<bool>($"!!({condition})"))
        {
            Assert.That(limit.IsCancellationRequested, Is.False, $"{condition} has not come true");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Presses and releases a key on the focused element.</summary>
    /// <param name="key">The value of <c>event.key</c>: <c>a</c>, <c>ArrowLeft</c>, <c>Tab</c></param>
    /// <param name="modifiers">2 for Ctrl, 8 for Shift.</param>
    public async Task Press(string key, int modifiers = 0)
    {
        var code = key switch { "ArrowLeft" => 37, "ArrowUp" => 38, "ArrowRight" => 39, "ArrowDown" => 40, "Tab" => 9, "Enter" => 13,
            " " => 32, _ => char.ToUpperInvariant(key[0]) };
        var text = key.Length == 1 && modifiers == 0 ? key : key == "Enter" ? "\r" : "";
        await Call(
            "Input.dispatchKeyEvent",
            new { type = text.Length == 0 ? "rawKeyDown" : "keyDown", key, windowsVirtualKeyCode = code, modifiers, text });
        await Call("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode = code, modifiers });
    }

    /// <summary>Emulates the user's preferred colour scheme.</summary>
    public Task SetColorScheme(bool dark) =>
        Call(
            "Emulation.setEmulatedMedia",
            new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });

    /// <summary>Drags with the left button from one point of the window to another.</summary>
    public async Task Drag(double fromX, double fromY, double toX, double toY)
    {
        await Mouse("mouseMoved", fromX, fromY, 0);
        await Mouse("mousePressed", fromX, fromY, 1);
        await Mouse("mouseMoved", (fromX + toX) / 2, (fromY + toY) / 2, 1);
        await Mouse("mouseMoved", toX, toY, 1);
        await Mouse("mouseReleased", toX, toY, 1);

        Task Mouse(string type, double x, double y, int buttons) =>
            Call(
                "Input.dispatchMouseEvent",
                new { type, x, y, button = type == "mouseMoved" && buttons == 0 ? "none" : "left", buttons, clickCount = 1 });
    }

    /// <summary>Drops a file, declared as a PNG.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="target">The selector of the target element.</param>
    public Task Drop(byte[] file, string target) => Eval<object?>($$"""
        (() => {
          const bytes = Uint8Array.from(atob('{{Convert.ToBase64String(file)}}'), c => c.charCodeAt(0)), data = new DataTransfer();
          data.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
          const dropped = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector('{{target}}').dispatchEvent(dropped);
          return null;
        })()
        """);

    /// <summary>Has the next picture wait to be decoded until <see cref="LetGo"/>; <c>window.letGo</c> is there once it does.</summary>
    public Task HoldOnePicture() => Eval<object?>("""
        (() => {
          const real = createImageBitmap;
          window.createImageBitmap = async (...given) => {
            window.createImageBitmap = real;
            await new Promise(go => { window.letGo = go; });
            return real(...given);
          };
          return null;
        })()
        """);

    /// <summary>Lets go what waits for <c>window.letGo()</c>.</summary>
    public Task LetGo() => Eval<object?>("(letGo(), null)");

    /// <summary>The pixels of an image or a canvas.</summary>
    /// <param name="element">A JavaScript expression.</param>
    /// <param name="width">The name of its width property.</param>
    /// <param name="height">The name of its height property.</param>
    /// <param name="alpha">Whether to read transparency, too.</param>
    public async Task<Image> Read(string element, string width, string height, bool alpha = false)
    {
        var pixels = await Eval<int[]>($$"""
            (() => {
              const e = {{element}}, c = new OffscreenCanvas(e.{{width}}, e.{{height}}), x = c.getContext('2d');
              if (!c.width) return [1, 1, 0, 0, 0, 255];
              x.drawImage(e, 0, 0);
              return [c.width, c.height, ...x.getImageData(0, 0, c.width, c.height).data];
            })()
            """);
        return new Image(pixels[0], pixels[1], 4, [.. pixels.Skip(2).Select(v => (byte)v)]).ToChannels(alpha ? 4 : 3);
    }

    /// <summary>
    /// Left, top, width and height of an element in window coordinates, once it has stayed where it is for a while: what is still loading
    /// beside it would move it away from the pointer.
    /// </summary>
    /// <param name="element">The element's selector.</param>
    public async Task<double[]> BoundingBox(string element)
    {
        const int Looks = 6, Tries = 100;
        var (box, alike) = (await Look(), 1);
        for (var tries = 0; tries < Tries && alike < Looks; tries++)
        {
            await Task.Delay(25);
            var now = await Look();
            (box, alike) = (now, now.SequenceEqual(box) ? alike + 1 : 1);
        }

        return box;

        Task<double[]> Look() => Eval<double[]>(
            $"(() => {{ const b = document.querySelector('{element}').getBoundingClientRect(); return [b.left, b.top, b.width, " +
                "b.height]; })()");
    }

    /// <summary>A screenshot of the whole page.</summary>
    public async Task<Image> Screenshot()
    {
        var answer = await Call("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true });
        return ImageFile.Load(answer.GetProperty("data").GetBytesFromBase64());
    }

    /// <summary>Saves a picture with the test results, for manual inspection.</summary>
    public static void SaveScreenshot(Image picture, string name)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, name);
        File.WriteAllBytes(path, PngEncoder.Encode(picture));
        TestContext.AddTestAttachment(path);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        await RemoveProfile();
    }

    /// <summary>
    /// Deletes the profile. Retries, because the browser's child processes outlive the main process and still write to it.
    /// </summary>
    private async Task RemoveProfile()
    {
        for (var tries = 0; Directory.Exists(_profile); tries++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException) when (tries < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    private async Task<JsonElement> Call(string method, object parameters)
    {
        var id = ++_messages;
        var text = JsonSerializer.SerializeToUtf8Bytes(_session is null
            ? (object)new { id, method, @params = parameters }
            : new { id, method, @params = parameters, sessionId = _session });
        using var limit = new CancellationTokenSource(s_timeout);
        await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        while (true)
        {
            var message = await Receive();
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                Assert.That(message.TryGetProperty("error", out var error), Is.False, $"{method}: {error}");
                return message.GetProperty("result");
            }

            _events.Add(message);
        }
    }

    private async Task<JsonElement> Receive()
    {
        using var limit = new CancellationTokenSource(s_timeout);
        using var whole = new MemoryStream();
        var part = new byte[1 << 16];
        ValueWebSocketReceiveResult result;
        do
        {
            result = await _socket.ReceiveAsync(part.AsMemory(), limit.Token);
            whole.Write(part, 0, result.Count);
        }
        while (!result.EndOfMessage);
        return JsonDocument.Parse(whole.ToArray()).RootElement;
    }

    [GeneratedRegex("ws://\\S+")]
    private static partial Regex Address();
}
