using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>Writes the names of the launched kernels to the file that the parent process requested, if any.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WatchedProcessAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        if (Environment.GetEnvironmentVariable(TestDevices.WatchedKernels) is { } file)
        {
            File.WriteAllLines(file, TestDevices.LaunchedKernels());
        }
    }
}
