using System.Diagnostics;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>
/// Somebody draws a house, and the page shows what the network makes of it: the film of the guide, <c>tools/Serve/drawing.gif</c>. Only
/// when asked for by name.
/// </summary>
[Explicit]
public sealed class DrawingFilmTests
{
    /// <summary>Rectangles in parts of the canvas, in colours of the drawn facades.</summary>
    private static readonly (string Colour, double Left, double Top, double Right, double Bottom)[] s_house =
    [
        (Sky, 0, 0, 1, 1), (Ground, 0, 0.9, 1, 1), (Wall, 0.12, 0.26, 0.88, 0.9), (Roof, 0.12, 0.14, 0.88, 0.25),
        (Cornice, 0.1, 0.24, 0.9, 0.27), (Window, 0.2, 0.34, 0.32, 0.47), (Window, 0.44, 0.34, 0.56, 0.47),
        (Window, 0.68, 0.34, 0.8, 0.47), (Window, 0.2, 0.53, 0.32, 0.66), (LitWindow, 0.44, 0.53, 0.56, 0.66),
        (Window, 0.68, 0.53, 0.8, 0.66), (Cornice, 0.12, 0.71, 0.88, 0.73), (Door, 0.2, 0.75, 0.32, 0.9), (Shop, 0.42, 0.77, 0.8, 0.89),
        (Tree, 0.9, 0.78, 1, 0.92),
    ];

    private const int Width = 880;
    private const int Height = 900;

    /// <summary>Height of the part of the page that the film shows.</summary>
    private const int Shown = 720;

    private const string Sky = "#00d0ff";
    private const string Ground = "#606030";
    private const string Wall = "#b02000";
    private const string Roof = "#7000a0";
    private const string Cornice = "#ffffff";
    private const string Window = "#0000c0";
    private const string LitWindow = "#4040ff";
    private const string Door = "#ff6000";
    private const string Shop = "#00ffc0";
    private const string Tree = "#00ff00";

    [Test]
    public async Task AHouseIsDrawn()
    {
        await using var browser = await Browser.StartAsync();
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Models = ["zoo:facades"], Port = 0 }, Device.Open("cpu"));
        await browser.OpenAsync(server.Address.AbsoluteUri, Width, Height);
        await browser.WaitUntil("document.documentElement.dataset.ready");
        await browser.Eval<object?>("(document.getElementById('draw').click(), null)");
        await browser.WaitUntil("document.querySelectorAll('#drawing .examples img').length > 0");
        await browser.Eval<object?>("(document.querySelector('[data-tool=rectangle]').click(), null)");
        using var frames = new TinyRun();
        var box = await browser.BoundingBox("#drawing canvas");
        for (var i = 0; i < s_house.Length; i++)
        {
            var (colour, left, top, right, bottom) = s_house[i];
            await browser.Eval<object?>($"(document.querySelector('.palette [aria-label$=\"{colour}\"]').click(), null)");
            await browser.Drag(X(left), Y(top), X(right), Y(bottom));
            await Task.Delay(TimeSpan.FromSeconds(1)); // The last of several translations.
            await browser.WaitUntil("document.querySelector('#results figure[data-took]:not(.busy)')");
            PictureFile.Save(new Picture(await browser.Screenshot()), frames.PathOf($"{i:00}.png"));
        }

        Assert.That(browser.Problems(server.Address.AbsoluteUri), Is.Empty);

        // A frame for each rectangle, the last for longer; the colours of all frames in one palette.
        using var ffmpeg = Process.Start("ffmpeg",
        [
            "-y", "-loglevel", "error", "-framerate", "1.6", "-i", frames.PathOf("%02d.png"), "-vf",
            $"tpad=stop_mode=clone:stop_duration=2,crop={Width}:{Shown}:0:0,scale=704:-1:flags=lanczos,"
                + "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none",
            Path.Combine(Sources.Root, "tools", "Serve", "drawing.gif"),
        ]);
        await ffmpeg.WaitForExitAsync();
        Assert.That(ffmpeg.ExitCode, Is.Zero);

        // Inside the canvas: at its very edge the pen would leave it.
        double X(double part) => box[0] + Math.Clamp(part * box[2], 1, box[2] - 2);

        double Y(double part) => box[1] + Math.Clamp(part * box[3], 1, box[3] - 2);
    }
}
