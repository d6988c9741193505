using IlgpuGan.Models.Families.Began;
using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.DualGan;
using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Families.R3Gan;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.StackGanV2;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Families.Unsb;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The families' networks, in their order, with as many weights as published or as reckoned from the paper's layouts.</summary>
public sealed class NetworkWeightsTests
{
    private const string Three = "a,b,c", Five = "0,1,2,3,4", Digits = Five + ",5,6,7,8,9";

    private static readonly SpadeOptions s_facades = new() { LabelNc = 13, Instance = false };

    private static readonly (TrainingOptions Options, string Weights)[] s_rows =
    [
        (new BeganOptions(), "netG 1716611, netD 13405379"),
        (BeganOptions.Small(), "netG 80915, netD 342787"),
        (new BicycleGanOptions(), "netG 54794627, netE 2590032, netD 3458978, netD2 3458978"),
        (new BicycleGanOptions { EncoderBlocks = 4 }, "netG 54794627, netE 1344080, netD 3458978, netD2 3458978"),
        (FamilyCatalog.Find("bicyclegan")!.Defaults("edges2shoes"), "netG 54792579, netE 2590032, netD 3458978, netD2 3458978"),
        (BicycleGanOptions.Small(), "netG 1861731, netE 33384, netD 54058, netD2 54058"),
        // As large as pix2pix, but for 3 %.
        (new BridgeOptions(), "netG 54733283"), (BridgeOptions.Small(), "netG 7409027"),
        (new Pix2PixOptions(), "netG 54413955, netD 2768705"), (Pix2PixOptions.Small(), "netG 7314755, netD 696225"),
        (new CycleGanOptions(), "netG_A 11378179, netG_B 11378179, netD_A 2764737, netD_B 2764737"),
        (new CutOptions(), "netG 11378179, netD 2764737, netF 560384"),
        (FamilyCatalog.Find("cut")!.Defaults("fastcut"), "netG 11378179, netD 2764737, netF 560384"),
        (CutOptions.Small(), "netG 346371, netD 42865, netF 305920"),
        (new DiscoGanOptions(), "netG_A 5513856, netG_B 5513856, netD_A 2765568, netD_B 2765568"),
        (DiscoGanOptions.Small(), "netG_A 83744, netG_B 83744, netD_A 42944, netD_B 42944"),
        (DiscoGanOptions.OfPoints(), "netG_A 4482, netG_B 4482, netD_A 12737, netD_B 12737"),
        // The published one has 2 · 512 more, scale and shift of the innermost norm: over one pixel it leaves nothing.
        (new DualGanOptions(), "netG_A 30626883, netG_B 30626883, netD_A 3949441, netD_B 3949441"),
        (DualGanOptions.Small(), "netG_A 1033491, netG_B 1033491, netD_A 100705, netD_B 100705"),
        (EbganOptions.Small(), "netG 305056, netD 65920"),
        (new GmanOptions { OutputNc = 1, Width = 128, Discriminators = 2 }, "netG 372673, netD_0 100865, netD_1 100865"),
        (new GmanOptions { OutputNc = 1, Width = 64, Discriminators = 2 }, "netG 122337, netD_0 27393, netD_1 27393"),
        (new LapGanOptions { Nfc = 64 }, "netG_0 1792992, netG_1 218179, netG_2 218179, netD_0 477001, netD_1 108353, netD_2 116545"),
        (new LapGanOptions { Nfc = 16 }, "netG_0 1792992, netG_1 16915, netG_2 16915, netD_0 477001, netD_1 7889, netD_2 9937"),
        (LapGanOptions.Small(), "netG_0 277792, netG_1 16915, netG_2 16915, netD_0 79001, netD_1 7889, netD_2 9937"),
        // A label is a plane that a linear layer draws, and at the coarsest level so many numbers more.
        (
            LapGanOptions.Small() with { Conditional = true, Labels = Three, LabelKind = LabelKind.Classes },
            "netG_0 278992, netG_1 18723, netG_2 21795, netD_0 79601, netD_1 9313, netD_2 14433"),
        (new MadGanOptions(), "netG_0 24963, netG_1 24963, netG_2 24963, netG_3 24963, netD 17413"),
        (new MadGanOptions { Generators = 1, GWidths = "284,284" }, "netG_0 99687, netD 17026"),
        (
            MadGanOptions.Small() with { Generators = 2, SharedLayers = 1, ImageSize = 8, Nz = 6, GWidths = "8", DWidths = "8" },
            "netG_shared 56, netG_0 576, netG_1 576, netD 547"),
        (MadGanOptions.Small(), "netG_0 107136, netG_1 107136, netG_2 107136, netG_3 107136, netG_4 107136, netD 99462"),
        (new Pix2PixHdOptions { LabelNc = 35 }, "netG 182546755, netD 5603202"),
        (new Pix2PixHdOptions { InstanceFeat = true, LabelNc = 35 }, "netG 182556163, netD 5603202, netE 788803, netE_clusters 0"),
        (Pix2PixHdOptions.Small() with { LabelNc = 12 }, "netG 354211, netD 92386"),
        (new GanOptions(), "netG 1510032, netD 533505"),
        (GanOptions.Small(), "netG 107648, netD 98817"),
        (GanOptions.Small() with { Conditional = true, Labels = Three, LabelKind = LabelKind.Classes }, "netG 108032, netD 99585"),
        (new DcganOptions(), "netG 12658435, netD 11036289"),
        (DcganOptions.Small(), "netG 296899, netD 167841"),
        (DcganOptions.Small() with { Conditional = true, Labels = Three, LabelKind = LabelKind.Classes }, "netG 303043, netD 169377"),
        (new WganOptions(), "netG 3576707, netD 2765633"),
        (WganOptions.Small(), "netG 295873, netD 166625"),
        (new WganGpOptions(), "netG 3806083, netD 2764737"),
        (WganGpOptions.Small(), "netG 296899, netD 167649"),
        (new ProgressiveGanOptions(), "netG 23079115, netD 23087249"),
        (new ProgressiveGanOptions { ImageSize = 32 }, "netG 20719628, netD 20726785"),
        (ProgressiveGanOptions.Small(), "netG 69948, netD 70385"),
        // The authors' networks: eight blocks of 2,583,552 weights in each, of which the 3×3 convolution of 96 groups has 221,184.
        (new R3GanOptions(), "netG 20732160, netD 20683776"),
        (new R3GanOptions { Conditional = true, Labels = Digits, LabelKind = LabelKind.Classes }, "netG 20781952, netD 21280512"),
        (R3GanOptions.Small(), "netG 72048, netD 70560"),
        (s_facades, "netG 92359107, netD 5554306"),
        (s_facades with { UseVae = true }, "netG 109081027, netD 5554306, netE 10463424"),
        (s_facades with { LabelNc = 150, ContainDontcareLabel = true }, "netG 96492483, netD 5836930"),
        (SpadeOptions.Small() with { LabelNc = 12 }, "netG 5852019, netD 92194"),
        (
            new StackGanOptions { Labels = Three, LabelKind = LabelKind.Attributes },
            "netG_1 14264192, netG_2 26290080, netD_1 4029824, netD_2 48603520"),
        (
            StackGanOptions.Small() with { Labels = Three, LabelKind = LabelKind.Attributes },
            "netG_1 229248, netG_2 209056, netD_1 53968, netD_2 61456"),
        (
            StackGanOptions.Small() with { Labels = Three, LabelKind = LabelKind.Attributes, OneStage = true },
            "netG_1 233456, netD_1 61456"),
        (new StackGanV2Options { Conditional = true }, "netG 21239696, netD0 5723906, netD1 18834178, netD2 71269122"),
        (new StackGanV2Options { Conditional = false }, "netG 16472208, netD0 2765569, netD1 15875841, netD2 68310785"),
        (StackGanV2Options.Small() with { Conditional = true }, "netG 228616, netD0 16450, netD1 67842, netD2 273026"),
        (new StarGanOptions { Labels = Five }, "netG 8430528, netD 44762048"),
        (new StarGanOptions { Labels = Five + ",5,6,7" }, "netG 8439936, netD 44786624"),
        // Of two sets, the generator is given the labels of both and which it is; the critic tells the labels alone.
        (
            new StarGanOptions { Data2 = "faces", Labels2 = Five + ",5,6,7", LabelKind2 = LabelKind.Classes },
            "netG 8461888, netD 44827584"),
        (StarGanOptions.Small() with { Labels = "0,1,2,3" }, "netG 312032, netD 703984"),
        (new TripleGanOptions { Labels = Digits }, "netG 713408, netD 1564011, netC 279402"),
        (TripleGanOptions.Small() with { Labels = Digits }, "netG 160572, netD 330511, netC 70586"),
        (new UnsbOptions(), "netG 7514883, netD 2912769, netE 2921985, netF 560384"),
        (UnsbOptions.Small(), "netG 421251, netD 52225, netE 54529, netF 305920"),
    ];

    private static IEnumerable<TestCaseData> Rows() =>
        s_rows.Select((row, i) => new TestCaseData(row.Options, row.Weights).SetArgDisplayNames($"{i} {row.Options.Model}"));

    [TestCaseSource(nameof(Rows))]
    public void NetworksHaveThePublishedWeights(TrainingOptions options, string weights)
    {
        var found = FamilyCatalog.Of(options).Networks(options).Select(n => $"{n.Name} {n.Create().ParameterCount}");
        Assert.That(string.Join(", ", found), Is.EqualTo(weights));
    }
}
