using IlgpuGan.KernelsTests.Ops;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests;

/// <summary>Tells the process that started this one, if it wants to know, which kernels the tests have launched.</summary>
[SetUpFixture]
internal sealed class WatchedProcess
{
    [OneTimeTearDown]
    public void NameTheKernels()
    {
        if (Environment.GetEnvironmentVariable(TestDevices.WatchedKernels) is { } file)
        {
            File.WriteAllLines(file, TestDevices.LaunchedKernels());
        }
    }
}
