using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>
/// Somebody draws a house, and the page shows what the network makes of it: each frame is kept for the film of the root README
/// (<c>tools/Serve/README.md</c> says how). Only when asked for by name.
/// </summary>
[Explicit]
public sealed class DrawingFilmTests
{
    private const int Sky = 0;
    private const int Wall = 1;
    private const int Window = 2;
    private const int Ground = 3;
    private const int Cornice = 5;
    private const int Shop = 6;
    private const int Roof = 7;
    private const int Door = 10;
    private const int Tree = 11;

    /// <summary>Rectangles in parts of the canvas.</summary>
    private static readonly (int Colour, double Left, double Top, double Right, double Bottom)[] s_house =
    [
        (Ground, 0, 0.9, 1, 1), (Wall, 0.12, 0.28, 0.88, 0.9), (Roof, 0.1, 0.14, 0.9, 0.28), (Cornice, 0.08, 0.26, 0.92, 0.29),
        (Window, 0.2, 0.35, 0.32, 0.48), (Window, 0.44, 0.35, 0.56, 0.48), (Window, 0.68, 0.35, 0.8, 0.48),
        (Window, 0.2, 0.54, 0.32, 0.67), (Window, 0.44, 0.54, 0.56, 0.67), (Window, 0.68, 0.54, 0.8, 0.67),
        (Cornice, 0.12, 0.71, 0.88, 0.73), (Door, 0.2, 0.76, 0.32, 0.9), (Shop, 0.42, 0.77, 0.82, 0.89), (Tree, 0.88, 0.76, 1, 0.92),
        (Sky, 0.86, 0.1, 0.92, 0.26),
    ];

    [Test]
    public async Task AHouseIsDrawn()
    {
        await using var browser = await Browser.StartAsync();
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Models = ["zoo:facades"], Port = 0 }, Device.Open("cpu"));
        await browser.OpenAsync(server.Address.AbsoluteUri, 880, 640);
        await browser.Until("document.documentElement.dataset.ready");
        await browser.Ask<object?>("(document.getElementById('draw').click(), null)");
        await browser.Until("document.querySelector('#drawing canvas')");
        await browser.Ask<object?>("(document.querySelector('[data-tool=rectangle]').click(), null)");
        var box = await browser.Box("#drawing canvas");
        for (var i = 0; i < s_house.Length; i++)
        {
            var (colour, left, top, right, bottom) = s_house[i];
            await browser.Ask<object?>($"(document.querySelectorAll('.palette button')[{colour}].click(), null)");
            await browser.Drag(X(left), Y(top), X(right), Y(bottom));
            await Task.Delay(TimeSpan.FromSeconds(1)); // The last of several translations.
            await browser.Until("document.querySelector('#results figure[data-took]:not(.busy)')");
            Browser.Keep(await browser.Screenshot(), $"film-{i:00}.png");
        }

        Assert.That(browser.Complaints(server.Address.AbsoluteUri), Is.Empty);

        // Inside the canvas: at its very edge the pen would leave it.
        double X(double part) => box[0] + Math.Clamp(part * box[2], 1, box[2] - 2);

        double Y(double part) => box[1] + Math.Clamp(part * box[3], 1, box[3] - 2);
    }
}
