#:package IlgpuGan.Models@0.1.0
#:property PublishAot=false

// A family of your own: a U-Net that learns from pairs by their mean difference alone. dotnet run family.cs [STEPS] trains and translates
// with it; so does the command line, once it is built:
//     dotnet build family.cs -o families
//     ilgpugan train regression --families families/family.dll --data facades --out runs/regression
FamilyCatalog.Register(new RegressionFamily());
if (!Directory.Exists("pairs"))
{
    new SyntheticFacades(count: 40, size: 64).WriteTo(Path.Combine("pairs", "train"));
}

var steps = args.Length > 0 ? long.Parse(args[0]) : 200;
var options = RegressionOptions.Small() with { Data = "pairs", Steps = steps };
using (var run = Directory.Exists("regression")
    ? TrainingRun.Resume("regression", o => o with { Steps = steps })
    : TrainingRun.Create("regression", options))
{
    run.Train();
}

using var translator = Translator.Open("regression");
var pair = PictureFile.Load(Directory.EnumerateFiles(Path.Combine("pairs", "train")).Order().First());
PictureFile.Save(translator.Translate(pair.Crop(0, 0, pair.Width / 2, pair.Height)), "regression.png");
Console.WriteLine($"regression.png is what a {translator.Options.Model} makes after {steps} steps.");

/// <summary>The options: all of the reference's, with other defaults, and one more.</summary>
public sealed record RegressionOptions : TranslationOptions
{
    public override string Model => "regression";

    [Option("Weight of the squared difference beside the absolute one.", Least = 0, Most = 1000)]
    public float LambdaSquare { get; init; }

    public static RegressionOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 64, CropSize = 64, Ngf = 32, Steps = 2000, Generator = GeneratorKind.UNet(6),
    };
}

/// <summary>The step: it is recorded once and replayed.</summary>
public sealed class RegressionModel : GanModel<RegressionOptions>
{
    private readonly Layer _generator;
    private readonly Adam _adam;

    public RegressionModel(Family family, RegressionOptions options, Device device)
        : base(family, options, device)
    {
        _generator = Network<Layer>("netG");
        _adam = AddAdam("optG", "netG");
    }

    protected override void Update(string phase, Batch batch)
    {
        var made = _generator.Forward(batch.A);
        var loss = Report("G_L1", made.L1Loss(batch.B));
        _adam.Minimize(Options.LambdaSquare > 0 ? loss + Report("G_L2", made.MseLoss(batch.B) * Options.LambdaSquare) : loss);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch) => [batch.A, _generator.Forward(batch.A), batch.B];
}

/// <summary>What training, translation, export, reports and the command line know of it.</summary>
public sealed class RegressionFamily : PictureFamily<RegressionOptions>
{
    public override FamilyInfo Info { get; } = new()
    {
        Name = "regression", Title = "Regression", Summary = "Learns from pairs without a discriminator.",
        Paper = "none: a baseline", Data = "pairs side by side in DIR/train; DIR/val for samples",
        LearnsFrom = DataKind.Pairs, Input = "a picture", QualityLosses = ["G_L1"],
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "256 pixels", () => new RegressionOptions()),
            new(TrainingOptions.SmallPreset, "64 pixels, width 32", RegressionOptions.Small),
        ],
        Views = ["input", "output", "target"], ComparedViews = new("output", "target"),
    };

    public override RegressionOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, Generator = GeneratorKind.UNet(int.Log2(side)) };

    protected override IReadOnlyList<NetworkSpec> Networks(RegressionOptions o) =>
        [new("netG", NetworkRole.Generator, () => o.CreateGenerator(o.InputNc, o.OutputNc))];

    protected override IReadOnlyList<GeneratorSpec> Generators(RegressionOptions o) => [ForwardGenerator("netG", o)];

    protected override GanModel Create(RegressionOptions options, Device device) => new RegressionModel(this, options, device);
}
