using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Evaluation;

/// <summary>The subject of an evaluation.</summary>
/// <param name="Model">the run's folder or the file</param>
/// <param name="Step">training steps so far; null if unknown</param>
/// <param name="Data">folder of the data set</param>
/// <param name="Split">split of the data set</param>
/// <param name="Direction">AtoB or BtoA; null for models that generate from noise</param>
/// <param name="Eval">whether batch norm used the running statistics of training</param>
internal sealed record EvaluationSubject(string Model, long? Step, string Data, string Split, string? Direction, bool Eval)
{
    /// <summary>
    /// In how many steps the pictures were translated; null for a generator of one forward pass, and in reports of before.
    /// </summary>
    public int? TranslationSteps { get; init; }

    /// <summary>What a request names, of a model that generates from noise.</summary>
    public static EvaluationSubject Of(EvaluationRequest request)
    {
        using var file = Directory.Exists(request.Model) && !ZooModel.IsName(request.Model)
            ? Checkpoint.ReadLatest(new RunDirectory(request.Model), ZooModel.OpenTensors)
            : ZooModel.OpenTensors(request.Model);
        var step = Checkpoint.IsCheckpoint(file) ? Checkpoint.Read(file).Position.Step : (long?)null;
        return new EvaluationSubject(request.Model, step, request.Data, request.Split, Direction: null, Eval: true);
    }

    /// <summary>How the pictures were made, as it is typed; null for what does not apply.</summary>
    public IEnumerable<string?> How() =>
    [
        Direction, TranslationSteps is { } steps ? $"--steps {steps}" : null, this is { Eval: true, Direction: not null } ? "--eval" : null,
    ];
}

/// <summary>
/// The result of an evaluation: the contents of a run's <c>evaluation.json</c>. Metrics that do not apply are null and omitted.
/// </summary>
internal sealed record EvaluationReport
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public EvaluationSubject? Subject { get; init; }

    /// <summary>The size of the outputs, which scores depend on: <c>256x256</c>; null if they differ, and in reports of before.</summary>
    public string? Size { get; init; }

    /// <inheritdoc cref="PairScores.Mean"/>
    public ImageScore? Mean { get; init; }

    /// <inheritdoc cref="PairScores.Baseline"/>
    public ImageScore? Baseline { get; init; }

    /// <inheritdoc cref="PairScores.Colours"/>
    public required ColourIntersection Colours { get; init; }

    /// <summary>Agreement of the outputs' classes with the label maps.</summary>
    public SegmentationReport? Segmentation { get; init; }

    /// <summary>Result of the classifier two-sample test.</summary>
    public TwoSampleResult? TwoSample { get; init; }

    /// <summary>Patch sliced Wasserstein distance between outputs and real pictures.</summary>
    public SlicedWassersteinDistance? SlicedWasserstein { get; init; }

    /// <summary>Numbers of the pictures of a comparison of sets; null without one, and in older reports.</summary>
    public SetCounts? Compared { get; init; }

    /// <summary>Checkerboard patterns; null in reports from before they were measured.</summary>
    public IReadOnlyList<CheckerboardLevel>? Checkerboard { get; init; }

    /// <summary>Distances in the feature space of the user's network; null without one.</summary>
    public FeatureComparison? Features { get; init; }

    /// <summary>Scores of a model that generates from noise; null for others.</summary>
    public GeneratorScores? Generator { get; init; }

    /// <summary>Why the pairs are probably none, such as single pictures; null if they look like pairs.</summary>
    public string? DataWarning { get; init; }

    /// <summary>
    /// <see cref="DataWarning"/>, and warnings about metrics that too few or small pictures or a weak segmenter make meaningless; null
    /// if none.
    /// </summary>
    public IReadOnlyList<string>? Warnings
    {
        get
        {
            List<string> all =
                [.. DataWarning is { } ofData ? [ofData] : (string[])[], .. SampleSizeWarnings.Of(this), .. Segmentation?.Doubts() ?? []];
            return all.Count > 0 ? all : null;
        }
    }

    /// <summary>One score per picture; empty if outputs have no targets.</summary>
    public IReadOnlyList<ImageScore> Images { get; init; } = [];

    /// <summary>
    /// How many pictures the scores are of: <c>12 pictures</c>, or of sets <c>5 outputs with 3 real pictures</c>, which older reports don't
    /// say.
    /// </summary>
    public string PicturesText() =>
        Images.Count > 0 ? Counted.Of(Images.Count, "picture")
        : Compared is { } sets ? $"{sets}"
        : Generator is { } noise ? $"{new SetCounts(noise.Made, noise.Made, noise.Real, noise.Real)}" // All are compared.
        : "an unknown number of pictures";

    /// <summary>A report with the scores of pairs only.</summary>
    public static EvaluationReport Of(PairScores pairs) =>
        new() { Images = pairs.Images, Mean = pairs.Mean, Baseline = pairs.Baseline, Colours = pairs.Colours,
            Checkerboard = pairs.Checkerboard };

    /// <summary>
    /// An object with <c>subject</c>, <c>size</c>; <c>mean</c>, <c>baseline</c> and <c>images</c>, each with <c>l1</c>, <c>mse</c>,
    /// <c>psnr</c>, and perhaps <c>ssim</c>, <c>msSsim</c> and <c>pixelAccuracy</c>; <c>colours</c> with <c>l</c>, <c>a</c>, <c>b</c>;
    /// <c>checkerboard</c>, an entry per period; and if measured <c>segmentation</c>, <c>compared</c> (how many of how many pictures),
    /// <c>twoSample</c>, <c>slicedWasserstein</c>, <c>features</c>, <c>generator</c>; <c>dataWarning</c> about pairs that don't look like
    /// pairs, and <c>warnings</c>, all there are.
    /// </summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Parses the output of <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">the text is damaged</exception>
    public static EvaluationReport Parse(string json) =>
        JsonSerializer.Deserialize<EvaluationReport>(json, s_json) ?? throw new JsonException("holds no report");

    /// <summary>A header, a line per picture, then the means and the baseline.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("name,l1,mse,psnr,ssim,ms_ssim,pixel_accuracy\n");
        foreach (var s in Images.Append(Mean).Append(Baseline).OfType<ImageScore>())
        {
            csv.Add($"\"{s.Name.Replace("\"", "\"\"")}\",{s.L1:R},{s.Mse:R},{s.Psnr:R},{s.Ssim:R},{s.MsSsim:R},{s.PixelAccuracy:R}\n");
        }

        return csv.ToString();
    }
}
