using IlgpuGan.Claims;
using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Families.StarGan;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>
/// How claims are judged, on a few pictures: a model that knows the truth gets the best value there is, one that has learnt nothing
/// does not.
/// </summary>
public sealed class ClaimJudgeTests : CommandFixture
{
    private const int Side = 64;

    private Instruments? _instruments;

    [TearDown]
    public void ForgetInstruments() => _instruments = null;

    [Test]
    [Exhaustive]
    public void AKnownTranslationIsRightAndNoDistanceAway()
    {
        DrawHouses();
        var claim = ClaimCatalogue.Find("stargan");
        var options = StarGanOptions.Small() with { Data = Folder, LabelKind = LabelKind.Classes, Labels = Domains };
        var one = Judged(claim, [new KnowsHouses(options, Device, In("truth"))], Device);
        Assert.That((one.Values["accuracy"], one.Values["distance"]), Is.EqualTo((1.0, 0.0)));
        var pairs = Judged(
            claim, [.. claim.PartsOf(claim.Variants[1], 3).Select(part => new KnowsHouses(part.Options, Device, In("truth")))], Device);
        Assert.That((pairs.Values["accuracy"], pairs.Values["distance"]), Is.EqualTo((1.0, 0.0)));
        Assert.That(Bytes(pairs), Is.EqualTo(Bytes(one)), "both show the same houses in all domains");
        Assert.That(pairs.Pictures.Select(p => (p.Width, p.Height)), Is.EqualTo(Enumerable.Repeat((5 * Side, Side), 4)));

        static IEnumerable<byte[]> Bytes(ClaimFinding finding) => finding.Pictures.Select(p => p.Layers[0].Bytes);
    }

    [Test]
    [Exhaustive]
    public void AGeneratorThatLearntNothingTranslatesWrongly()
    {
        DrawHouses();
        var claim = ClaimCatalogue.Find("stargan");
        var options = (StarGanOptions)claim.PartsOf(claim.Variants[0], 3)[0].Options;
        using var fresh = GanModel.Create(options with { Data = Folder, Labels = Domains }, Device);
        var found = Judged(claim, [fresh], Device);
        Assert.That(found.Values["accuracy"], Is.LessThan(0.6), "all domains look alike to it");
        Assert.That(found.Values["distance"], Is.GreaterThan(0.1));
        Assert.That(found.Values["real"], Is.GreaterThan(0.8));
    }

    [Test]
    public void AGeneratorWithoutColoursReachesNoAnswer([Values] BicycleVariant variant)
    {
        const int side = 32;
        new DrawnEdgesShapes().Write(Folder, "val", first: 0, count: 3, side, seed: 1);
        DrawnEdgesShapes.WriteInAllColours(In("answers"), first: 0, count: 3, side, seed: 1);
        var claim = ClaimCatalogue.Find("bicyclegan");
        var options = claim.Variants.Select(v => (BicycleGanOptions)claim.PartsOf(v, 3)[0].Options).Single(o => o.Variant == variant);
        using var fresh = GanModel.Create(options with { Data = Folder }, Device);
        var found = Judged(claim, [fresh], Device);
        Assert.That(found.Values["colours"], Is.Zero, "fresh weights make pictures of middle gray, which is no answer");
        Assert.That(found.Values["distance"], Is.GreaterThan(0.3));
        Assert.That(found.Values["diversity"], Is.InRange(0, 0.1));
        Assert.That(found.Pictures.Select(p => (p.Width, p.Height)), Is.EqualTo(Enumerable.Repeat((5 * side, side), 3)));
        Assert.That(Judged(claim, [fresh], Device).Values, Is.EqualTo(found.Values), "the same codes each time");
    }

    [Test]
    [Exhaustive]
    public void ThePictureItselfHasItsPatchesAndNoDiversity()
    {
        var claim = ClaimCatalogue.Find("singan");
        ClaimDrawings.Of(claim.Data!.Draw)(claim.Data, Folder);
        var seven = Parts(0).Select(o => new Repeats(o, Device)).ToList();
        var found = Judged(claim, seven, Device);
        Assert.That((found.Values["diversity"], found.Values["diversity-1"]), Is.EqualTo((0.0, 0.0)));
        Assert.That(found.Values["patches"], Is.LessThan(found.Values["halves"]), "patches of one picture, cut twice");
        Assert.That(seven.SelectMany(m => m.Asked.Select(r => r.FromScale)), Is.EqualTo(new int?[] { 0, 1 }));
        var one = Parts(1).Select(o => new Repeats(o, Device)).ToList();
        _ = Judged(claim, one, Device);
        Assert.That(
            one.SelectMany(m => m.Asked.Select(r => r.FromScale)), Is.EqualTo(new int?[] { 0 }), "the second level is not trained");

        IEnumerable<SinGanOptions> Parts(int variant) => claim.PartsOf(claim.Variants[variant], 14).Select(part =>
            (SinGanOptions)FamilyCatalog.Find("singan")!.Completed(part.Options with { Data = In(claim.DataOf(part, seed: 1)) }));
    }

    /// <summary>Through the command line: trained, judged and shown.</summary>
    [TestCaseSource(nameof(Small))]
    [Exhaustive]
    public async Task AClaimIsTriedFromDataToPicture(string name)
    {
        var claim = ClaimCatalogue.Find(name);
        var steps = $"{Math.Max(2, Math.Max(claim.StepsIn, claim.Checkpoints))}";
        var text = await Do("experiment", "run", name, "--out", In("out"), "--steps", steps, "--seeds", "1", "--device", "cpu");
        Assert.That(text, Does.Contain(claim.Differences[0].Measure));
        Assert.That(File.ReadLines(In("out", "table.csv")).Count(), Is.EqualTo(1 + (claim.Variants.Count * claim.Measures.Count)));
        Assert.That(File.ReadAllText(In("out", "table.csv")), Does.Not.Contain("NaN"));
        Assert.That(PictureFile.Load(In("out", "pictures.png")).Width, Is.GreaterThan(2 * Side));
        Assert.That(
            text.Split("Training a classifier").Length - 1, Is.LessThanOrEqualTo(1), "it serves all variants: it is of the real pictures");
    }

    /// <summary>Pictures are small but for one claim, whose segmenters take minutes.</summary>
    private static IEnumerable<string> Small => ClaimCatalogue.All.Where(c => c.Data is { Side: > 0 and <= Side }).Select(c => c.Name);

    private static string Domains => string.Join(',', DrawnAttributes.Domains.Order(StringComparer.Ordinal));

    private void DrawHouses()
    {
        new DrawnAttributes().Write(Folder, "train", first: 0, count: 60, Side, seed: 1);
        new DrawnAttributes().Write(Folder, "val", first: 60, count: 8, Side, seed: 1);
        DrawnAttributes.WriteInAllDomains(In("truth"), first: 60, count: 8, Side, seed: 1);
    }

    private ClaimFinding Judged(Claim claim, IReadOnlyList<GanModel> models, Device device)
    {
        // Of one folder, so that its classifier is trained once.
        _instruments ??= new Instruments(
            "", Folder, In("shared"), new SegmenterSettings(), new DataClassifier(In("train"), device), device);
        return ClaimJudges.Find(claim, new TrainedVariant(models, Folder, _instruments));
    }

    /// <summary>In place of translating, looks up the house in the other domains.</summary>
    private sealed class KnowsHouses(TrainingOptions options, Device device, string truth)
        : GanModel(FamilyCatalog.Of(options), options, device)
    {
        private readonly string _truth = truth;
        private readonly string[] _domains = [.. Directory.GetDirectories(truth).Order(StringComparer.Ordinal)];
        private readonly Dictionary<string, float[]> _houses = Directory.GetDirectories(truth).SelectMany(PictureFolder.List)
            .ToDictionary(file => file, file => PictureFile.Load(file).ToTensor(device).ToArray());

        protected override void Update(string phase, Batch batch) => throw new NotSupportedException();

        protected override IReadOnlyList<Tensor> Present(Batch batch)
        {
            if (Options is StarGanOptions)
            {
                return [batch["picture"], .. _domains.Select(d => In(d, batch["picture"]))];
            }

            var pair = Path.GetFileName(Options.Data).Split('_');
            var (a, b) = (Path.Combine(_truth, pair[0]), Path.Combine(_truth, pair[1]));
            return [batch["A"], In(b, batch["A"]), batch["A"], batch["B"], In(a, batch["B"]), batch["B"]];
        }

        private Tensor In(string domain, Tensor house)
        {
            var values = house.ToArray();
            var file = _houses.Single(h => h.Value.AsSpan().SequenceEqual(values)).Key;
            return Load(Path.Combine(domain, Path.GetFileName(file)));
        }

        private Tensor Load(string file) => PictureFile.Load(file).ToTensor(Device);
    }

    /// <summary>Makes the picture that it should learn from again and again.</summary>
    private sealed class Repeats(SinGanOptions options, Device device) : GanModel(FamilyCatalog.Of(options), options, device)
    {
        public List<GenerationRequest> Asked { get; } = [];

        public override int StageAt(long step) => (int)(step / ((SinGanOptions)Options).Niter);

        public override IEnumerable<Tensor> Generate(GenerationRequest request)
        {
            Asked.Add(request);
            return Enumerable.Range(0, request.Count).Select(_ => PictureFile.Load(Options.Data).ToTensor(Device));
        }

        protected override void Update(string phase, Batch batch) => throw new NotSupportedException();

        protected override IReadOnlyList<Tensor> Present(Batch batch) => throw new NotSupportedException();
    }
}
