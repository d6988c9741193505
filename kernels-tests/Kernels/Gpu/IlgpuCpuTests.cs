using IlgpuGan.EngineTests.Nn;
using IlgpuGan.EngineTests.Ops;
using IlgpuGan.KernelsTests.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Every kernel on ILGPU's CPU accelerator (<c>ilgpu-cpu</c>), once and small, against its definition. Most of the time goes into
/// compiling: the methods of products have thousands of instructions.
/// </summary>
[Exhaustive]
internal sealed class IlgpuCpuTests
{
    private const string Name = "ilgpu-cpu";

    /// <summary>
    /// A network's parameters by their addresses, which only CUDA has: PTX instructions load from them. And sums of what tensor cores make.
    /// </summary>
    private static readonly string[] s_ofCuda =
        ["memory/copy-of-all", "elementwise/chain", "optimizer/adam-of-all", "channels-last/sum-parts", "channels-last/sum-gradient"];

    private static IEnumerable<TestCaseData> Checks() => All().Select(check => new TestCaseData(check).SetArgDisplayNames(check.Name));

    [TestCaseSource(nameof(Checks))]
    public void AgreesWithItsDefinition(Check check) => check.Run();

    /// <summary>By the tests above; by running all of them, where this test is run alone.</summary>
    [Test]
    public void EveryKernelIsLaunched()
    {
        string[] ofCuda = [.. KernelCatalog.All.Where(kernel => kernel.NeedsTensorCores).Select(kernel => kernel.Name), .. s_ofCuda];
        if (NotLaunched().Except(ofCuda).Any())
        {
            foreach (var check in All())
            {
                check.Run();
            }
        }

        Assert.That(NotLaunched(), Is.EquivalentTo(ofCuda));
    }

    private static IEnumerable<string> NotLaunched()
    {
        var launched = ((GpuDevice)TestDevices.Open(Name)).Queue.Kernels.ToHashSet();
        return KernelCatalog.All.Where(kernel => !launched.Contains(kernel.Method)).Select(kernel => kernel.Name);
    }

    private static IEnumerable<Check> All()
    {
        foreach (var c in EachOpTests.Smallest)
        {
            yield return new Check($"value of {c}", () => new EachOpTests(Name).ForwardAgreesWithTheDefinition(c));
            yield return new Check($"gradient of {c}", () => new EachOpTests(Name).GradientAgreesWithTheDefinition(c));
        }

        yield return new Check("definitions on the device", new EveryProductKernelTests(Name).DefinitionsAgreeWithTheirs);
        foreach (var c in EveryProductKernelTests.Kernels)
        {
            yield return new Check($"product {c.ArgDisplayNames![0]}", () => new EveryProductKernelTests(Name)
                .AgreesWithItsDefinition((ProductVariant)c.Arguments[0]!, (bool)c.Arguments[1]!, (int)c.Arguments[2]!));
        }

        foreach (var c in KernelTests.Chosen)
        {
            yield return new Check($"{c}", () => new KernelTests(Name).AgreesWithItsDefinition(c));
        }

        yield return new Check("packed weights", () => PackedWeightsTests.EachTapHasItsPlace(Name));
        var winograd = new WinogradKernelTests(Name);
        foreach (var c in KernelTable.PassesOf("3 2 4 5 3 3 3 1 1,0 1").Where((_, pass) => pass != 1))
        {
            yield return new Check($"{c} on six points", () => winograd.PassesAgreeWithTheirDefinitions(c));
        }

        var few = new FewFiltersTests(Name);
        yield return new Check("three filters", () => few.ForwardAgreesWithItsDefinition("1 2 3 4 3 7 7 1 4 1"));
        yield return new Check("one filter", () => few.ForwardAgreesWithItsDefinition("1 1 2 3 1 7 7 1 3 1"));
        yield return new Check("one filter of 4 x 4", () => few.ForwardAgreesWithItsDefinition("1 6 7 9 1 4 4 1 1 1"));
        yield return new Check("gradient of three channels", () => few.StridedInputGradientAgreesWithItsDefinition("1 3 4 6 2 4 4 2 1 1"));
        yield return new Check("gradient of six channels", () => few.StridedInputGradientAgreesWithItsDefinition("2 6 2 34 2 4 4 2 1 1"));
        yield return new Check("gradient of three filters", () => few.WeightGradientAgreesWithItsDefinition("1 2 9 131 3 7 7 1 3 1", 4));
        yield return new Check("gradient of one filter", () => few.WeightGradientAgreesWithItsDefinition("1 1 12 9 1 7 7 1 3 1", 1));

        var pixels = new FewPixelsTests(Name);
        foreach (var (count, shape) in new[] { ("four", "3 3 2 2 18 4 4 2 1 1"), ("sixteen", "4 1 5 4 3 4 4 2 1 1") })
        {
            yield return new Check($"{count} pixels", () => pixels.ForwardAgreesWithItsDefinition(shape));
            yield return new Check($"gradient of {count} pixels", () => pixels.InputGradientAgreesWithItsDefinition(shape));
            yield return new Check($"weight gradient of {count} pixels", () => pixels.WeightGradientAgreesWithItsDefinition(shape));
        }

        var seldom = new SeldomLaunchedKernelTests(Name);
        yield return new Check("parts", seldom.PartsAreAddedInOrderByFewThreads);
        yield return new Check("peak", seldom.TheMeasureOfThePeakComputesWhatItSays);
        yield return new Check("first place", () => new PlaceTests(Name).TheFirstOfEqualsWins(300));
        var optimizers = new OptimizerTests(Name);
        yield return new Check("Adam", () => optimizers.AdamFollowsThePaper(0.1));
        yield return new Check("gradient descent", () => optimizers.SgdFollowsItsFormula(0.9, 0.05));
        yield return new Check("RMSProp", () => optimizers.VariantsFollowTheirFormulas("rmsprop"));
        yield return new Check("averages", () => optimizers.AveragesFollowTheirFormulaSwapInAndGoOn(counted: true));
    }

    /// <summary>A test of another fixture, on this device.</summary>
    internal sealed record Check(string Name, Action Run);
}
