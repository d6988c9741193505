using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.Cli.Kernels;

/// <summary>
/// The roofline diagram: operations per second over operations per byte, both logarithmic, with both roofs and a point per kernel.
/// </summary>
internal static class RooflineSvg
{
    private const int Width = 900;
    private const int Height = 480;
    private const int Left = 64;
    private const int Right = 210;
    private const int Top = 16;
    private const int Bottom = 40;
    private const double Giga = 1e9;

    /// <summary>One colour per kernel, visible on a light and a dark background (after Okabe and Ito).</summary>
    private static readonly string[] s_colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#8c6d31"];

    /// <summary>Draws the diagram. Variants are numbered beside their points: shapes would be too small to tell apart.</summary>
    public static string Draw(Roofline roof, IReadOnlyList<KernelMeasurement> measured)
    {
        var points = measured.Where(m => m.Cost.Flops > 0).ToList();
        var ridge = roof.FlopsPerSecond / roof.BytesPerSecond;
        var (fromX, toX) = Decades(points.Select(m => m.Intensity).Append(ridge));
        var (fromY, toY) = Decades(points.Select(FlopsPerSecond).Append(roof.FlopsPerSecond));
        var svg = new StringBuilder();
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"roofline\">");
        for (var power = fromX; power <= toX; power++)
        {
            svg.Add(
                $"<path class=\"grid\" d=\"M{X(Math.Pow(10, power)):F1} {Top}V{Height - Bottom}\"/><text " +
                    $"x=\"{X(Math.Pow(10, power)):F1}\" y=\"{Height - Bottom + 16}\" " +
                        $"text-anchor=\"middle\">{Math.Pow(10, power):0.####}</text>");
        }

        for (var power = fromY; power <= toY; power++)
        {
            svg.Add(
                $"<path class=\"grid\" d=\"M{Left} {Y(Math.Pow(10, power)):F1}H{Width - Right}\"/><text x=\"{Left - 6}\" " +
                    $"y=\"{Y(Math.Pow(10, power)) + 4:F1}\" text-anchor=\"end\">{Math.Pow(10, power) / Giga:0.####}</text>");
        }

        svg.Add(
            $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">FLOP a byte</text><text x=\"14\" " +
                $"y=\"{Height / 2}\" transform=\"rotate(-90 14 {Height / 2})\" text-anchor=\"middle\">GFLOP/s</text>");
        var foot = Math.Max(Math.Pow(10, fromX), Math.Pow(10, fromY) / roof.BytesPerSecond);
        svg.Add(
            $"<path class=\"roof\" d=\"M{X(foot):F1} {Y(foot * roof.BytesPerSecond):F1}L{X(ridge):F1} " +
                $"{Y(roof.FlopsPerSecond):F1}H{Width - Right}\"/>");
        var names = points.Select(m => m.Name).Distinct().ToList();
        foreach (var (name, rungs) in names.Select(name => (name, points.Where(m => m.Name == name).ToList())))
        {
            var colour = s_colours[names.IndexOf(name) % s_colours.Length];
            for (var rung = 0; rung < rungs.Count; rung++)
            {
                var m = rungs[rung];
                svg.Add(
                    $"<circle cx=\"{X(m.Intensity):F1}\" cy=\"{Y(FlopsPerSecond(m)):F1}\" r=\"{(m.IsChosen ? 6 : 4)}\" " +
                        $"fill=\"{colour}\"><title>{m.Name} {m.Variant}: {FlopsPerSecond(m) / Giga:0.#} GFLOP/s</title></circle>");
                if (rungs.Count > 1)
                {
                    svg.Add(
                        $"<text x=\"{X(m.Intensity) + (rung % 2 == 0 ? 9 : -9):F1}\" y=\"{Y(FlopsPerSecond(m)) + 4:F1}\" " +
                            $"text-anchor=\"{(rung % 2 == 0 ? "start" : "end")}\">{rung + 1}</text>");
                }
            }
        }

        Legend(svg, names, points);
        return svg.Append("</svg>").ToString();

        double X(double value) => Left + ((Math.Log10(value) - fromX) / (toX - fromX) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((Math.Log10(value) - fromY) / (toY - fromY) * (Height - Top - Bottom));
    }

    private static void Legend(StringBuilder svg, List<string> names, List<KernelMeasurement> points)
    {
        var y = Top + 8;
        foreach (var (name, index) in names.Select((name, index) => (name, index)))
        {
            svg.Add(
                $"<circle cx=\"{Width - Right + 18}\" cy=\"{y}\" r=\"5\" fill=\"{s_colours[index % s_colours.Length]}\"/><text " +
                    $"class=\"name\" x=\"{Width - Right + 30}\" y=\"{y + 4}\">{name}</text>");
            y += 18;
            var rungs = points.Where(m => m.Name == name).ToList();
            for (var rung = 0; rungs.Count > 1 && rung < rungs.Count; rung++)
            {
                svg.Add($"<text x=\"{Width - Right + 30}\" y=\"{y + 2}\" font-size=\"10\">{rung + 1} {rungs[rung].Variant}</text>");
                y += 13;
            }
        }
    }

    private static double FlopsPerSecond(KernelMeasurement m) => m.Cost.Flops / m.Times.Min;

    /// <summary>Exponents of the powers of ten that enclose the values.</summary>
    private static (int From, int To) Decades(IEnumerable<double> values)
    {
        var logarithms = values.Select(Math.Log10).ToList();
        var (from, to) = ((int)Math.Floor(logarithms.Min()), (int)Math.Ceiling(logarithms.Max()));
        return (from, Math.Max(to, from + 1));
    }
}
