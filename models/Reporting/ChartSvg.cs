using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Models.Reporting;

/// <summary>Draws loss curves as SVG, readable without scripts; the page's script redraws them on zoom.</summary>
internal static class ChartSvg
{
    /// <summary>Number of colour classes in the style sheet.</summary>
    public const int Colours = 8;

    private const int Width = 640;
    private const int Height = 260;
    private const int Left = 58;
    private const int Right = 24;
    private const int Top = 12;
    private const int Bottom = 44;

    /// <summary>One chart of several series over steps; colours are the classes <c>s0</c>, <c>s1</c>, ….</summary>
    public static string Draw(IReadOnlyList<LossSeries> series)
    {
        var (from, to) = (series.Min(s => s.Steps.Count > 0 ? s.Steps[0] : 0), series.Max(s => s.Steps.Count > 0 ? s.Steps[^1] : 1));
        to = Math.Max(to, from + 1);
        var (low, high) = Range(series);
        var svg = new StringBuilder();
        svg.Add(
            $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Encode(string.Join(", ", series.Select(s => s.Name)))} " +
                $"over steps\">");
        foreach (var tick in Ticks(low, high, 5))
        {
            svg.Add(
                $"<path class=\"grid\" d=\"M{Left} {Y(tick):F1}H{Width - Right}\"/><text class=\"tick\" x=\"{Left - 6}\" " +
                    $"y=\"{Y(tick) + 4:F1}\" text-anchor=\"end\">{Label(tick)}</text>");
        }

        foreach (var tick in Ticks(from, to, 6))
        {
            svg.Add($"<text class=\"tick\" x=\"{X(tick):F1}\" y=\"{Height - 26}\" text-anchor=\"middle\">{Label(tick)}</text>");
        }

        svg.Add(
            $"<text class=\"axis\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\">step</text>" +
                $"<text class=\"axis\" transform=\"translate(11 {(Top + Height - Bottom) / 2}) rotate(-90)\">value</text>");
        for (var i = 0; i < series.Count; i++)
        {
            Line("raw", i, series[i].Raw);
        }

        for (var i = 0; i < series.Count; i++)
        {
            Line("smooth", i, series[i].Smooth);
        }

        return svg.Append("</svg>").ToString();

        double X(double step) => Left + ((step - from) / (to - from) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((Math.Clamp(value, low, high) - low) / (high - low) * (Height - Top - Bottom));

        // A single point is drawn as a circle.
        void Line(string kind, int i, IReadOnlyList<double> values) => svg.Append(values.Count == 1
            ? $"<circle class=\"{kind} s{ColourOf(series, i)}\" cx=\"{X(series[i].Steps[0]):F1}\" cy=\"{Y(values[0]):F1}\" r=\"4\"/>"
            : $"<polyline class=\"{kind} s{ColourOf(series, i)}\" points=\"{Points(series[i].Steps, values)}\"/>");
        string Points(IReadOnlyList<long> steps, IReadOnlyList<double> values) =>
            string.Join(' ', steps.Zip(values, (s, v) => Invariant.Text($"{X(s):F1},{Y(v):F1}")));
    }

    /// <summary>The colour class of a series: its own colour, or the colour of its index.</summary>
    public static int ColourOf(IReadOnlyList<LossSeries> series, int index) => (series[index].Colour ?? index) % Colours;

    /// <summary>From zero, or lower if there are negative losses, to just above the 99th percentile.</summary>
    private static (double Low, double High) Range(IReadOnlyList<LossSeries> series)
    {
        var values = series.SelectMany(s => s.Raw).Order().ToList();
        if (values.Count == 0)
        {
            return (0, 1);
        }

        var low = Math.Min(0, values[values.Count / 100]);
        var high = Math.Max(values[^(1 + (values.Count / 100))], series.SelectMany(s => s.Smooth).DefaultIfEmpty(0).Max());

        // Where all values are one, the rounding of their average can set it apart. The low end is at most 0.
        return high - low > -1e-9 * low ? (low, low + ((high - low) * 1.05)) : (low, low + Math.Max(1, -low));
    }

    /// <summary>Round numbers between two others, at most twice as many as asked for.</summary>
    internal static IEnumerable<double> Ticks(double low, double high, int about)
    {
        var rough = (high - low) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        var first = Math.Ceiling(low / step);

        // Of numbers that are large beside the step, the next one may be the same.
        for (var i = 0; i < 2 * about && (first + i) * step <= high; i++)
        {
            yield return (first + i) * step;
        }
    }

    private static string Label(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        < 1e-3 => value.ToString("0.#e0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };
}
