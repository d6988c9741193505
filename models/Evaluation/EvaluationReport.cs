using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Scores of a set of pictures, and of the best that a single colour could do there.</summary>
/// <param name="Images">one score a picture, in the order of the set</param>
/// <param name="Mean">means over the pictures; equal pictures' infinite PSNR counts as 100 dB</param>
/// <param name="Baseline">means if every output were the mean colour of all targets</param>
/// <param name="Colours">how far the outputs' colours are distributed as the targets'</param>
public sealed record EvaluationReport(IReadOnlyList<ImageScore> Images, ImageScore Mean, ImageScore Baseline, ColourIntersection Colours)
{
    private const double MostPsnr = 100;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Means of scores, under a name.</summary>
    public static ImageScore MeanOf(string name, IReadOnlyCollection<ImageScore> scores) => new(
        name, scores.Average(s => s.L1), scores.Average(s => s.Mse), scores.Average(s => Math.Min(s.Psnr, MostPsnr)), scores.Average(s => s.Ssim));

    /// <summary>An object with <c>mean</c>, <c>baseline</c> and <c>images</c>, each with <c>l1</c>, <c>mse</c>, <c>psnr</c>, <c>ssim</c>, and <c>colours</c> with <c>l</c>, <c>a</c>, <c>b</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { Mean, Baseline, Colours, Images }, s_json);

    /// <summary>One line a picture under a header.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("name,l1,mse,psnr,ssim\n");
        foreach (var s in Images.Append(Mean).Append(Baseline))
        {
            csv.Append(CultureInfo.InvariantCulture, $"\"{s.Name.Replace("\"", "\"\"")}\",{s.L1:R},{s.Mse:R},{s.Psnr:R},{s.Ssim:R}\n");
        }

        return csv.ToString();
    }
}
